// The shop's own behaviour: a bag that counts, and the demo's "start over". It listens before there is anything to click.
(() => {
  'use strict';
  const count = () => Number(sessionStorage.getItem('luna:bag') || 0);
  const show = () => { document.querySelector('[data-bag]').textContent = count(); };
  document.addEventListener('submit', (event) => {
    if (!event.target.matches('[data-buy]')) return;
    event.preventDefault();
    sessionStorage.setItem('luna:bag', count() + 1);
    show();
    event.target.querySelector('button').textContent = 'Added to your bag';
  });
  document.addEventListener('click', ({ target }) => {
    if (target.closest('[data-start-over]')) window.Parley.startOver();
  });
  document.addEventListener('DOMContentLoaded', () => {
    show();
    const current = document.querySelector('.demo [aria-current]');
    if (current) current.scrollIntoView({ block: 'nearest', inline: 'center' });
  });
})();
