// The parts of the widget, in a shadow tree of their own; `acts` says what its buttons do.
function buildPage(option, acts) {
	const earlier = make('button', { class: 'earlier', hidden: '', onclick: acts.older });
	const choices = make('div', { class: 'choices' });
	const typing = make('div', { class: 'line', hidden: '' }, make('div', { class: 'bubble dots', role: 'img' }, make('i'), make('i'), make('i')));
	const log = make('div', { class: 'log', role: 'log', 'aria-live': 'polite', tabindex: '0' }, earlier, choices, typing);
	const title = make('h2', { id: 'title' });
	const face = make('span', { class: 'face', 'aria-hidden': 'true' });
	const shut = make('button', { onclick: acts.shut }, icon('down'));
	const lost = make('div', { class: 'lost', role: 'status', hidden: '' });
	const input = make('textarea', { rows: '1', enterkeyhint: 'send' });
	const send = make('button', { class: 'send', type: 'submit', disabled: '' }, icon('up'));
	const form = make('form', {}, input, send);
	const panel = make('section', { class: 'panel', role: 'dialog', 'aria-labelledby': 'title', tabindex: '-1', hidden: '' },
		make('div', { class: 'head' }, face, title, shut), lost, log, form);
	const badge = make('span', { class: 'badge', hidden: '', 'aria-hidden': 'true' });
	const launcher = make('button', { class: 'launcher', 'aria-expanded': 'false', onclick: acts.launch }, icon('chat'), badge);
	if (option.openText) launcher.append(option.openText);
	const teaser = make('aside', { class: 'teaser', hidden: '' });
	const heard = make('div', { class: 'hidden', role: 'status' });
	const root = make('div', { class: `root${option.position === 'left' ? ' left' : ''}` }, panel, teaser, launcher, heard);
	const host = make('parley-widget');
	const shadow = host.attachShadow({ mode: 'open' });
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(style());
	shadow.adoptedStyleSheets = [sheet];
	shadow.append(root);
	return { host, shadow, root, panel, title, face, shut, lost, log, earlier, choices, typing, form, input, send, launcher, badge, teaser, heard };
}

function furnish({ root, title, face, input }, option, config) {
	title.textContent = option.title || config.title || 'Chat';
	face.textContent = [...title.textContent][0];
	input.maxLength = config.longest || 2000;
	paint(root, option.color || config.color);
}

function paint(root, color) {
	if (!color || !CSS.supports('color', color)) color = '#3d3a5c';
	root.style.setProperty('--accent', color);
	root.style.color = color;
	const [r, g, b] = getComputedStyle(root).color.match(/[\d.]+/g).map((part) => (part / 255) ** 2.2);
	root.style.color = '';
	// Black or white, by the luminance of WCAG 2.
	const pale = 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179;
	root.classList.toggle('pale', pale);
	root.style.setProperty('--on', pale ? '#111' : '#fff');
}

function label({ title, shut, lost, log, earlier, typing, input, send }, words) {
	input.placeholder = words.placeholder;
	for (const [node, text] of [[input, words.placeholder], [send, words.send], [shut, words.close], [typing.firstChild, words.writing], [log, title.textContent]]) node.ariaLabel = text;
	lost.textContent = words.lost;
	earlier.textContent = words.earlier;
}

// The field grows with what is written; Enter or the button has it said.
function compose({ form, input, send }, say) {
	form.addEventListener('submit', (event) => {
		event.preventDefault();
		say(input.value);
		input.value = '';
		input.dispatchEvent(new Event('input'));
		input.focus();
	});
	input.addEventListener('keydown', (event) => {
		if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
		event.preventDefault();
		form.requestSubmit();
	});
	input.addEventListener('input', () => {
		send.disabled = !input.value.trim();
		input.style.height = 'auto';
		input.style.height = `${Math.min(120, input.scrollHeight)}px`;
	});
}
