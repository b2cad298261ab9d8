// The shop's own behaviour: a bag that counts, and the demo's "start over".
(() => {
  'use strict';
  const bag = document.querySelector('[data-bag]');
  const count = () => Number(sessionStorage.getItem('luna:bag') || 0);
  bag.textContent = count();
  const form = document.querySelector('[data-buy]');
  if (form) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      sessionStorage.setItem('luna:bag', count() + 1);
      bag.textContent = count();
      form.querySelector('button').textContent = 'Added to your bag';
    });
  }
  document.querySelector('[data-start-over]').addEventListener('click', () => window.Parley.startOver());
  const current = document.querySelector('.demo [aria-current]');
  if (current) current.scrollIntoView({ block: 'nearest', inline: 'center' });
})();
