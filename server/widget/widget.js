/* Parley's web widget: <script src="https://…/widget.js" data-account="…" async></script>
   data-color, data-position (left), data-open-text, data-title, data-language, data-theme (light | dark),
   data-greet: first words by themselves ("auto"), when the panel is opened ("open", usual), or never ("off").
   A Content-Security-Policy needs this host in script-src and connect-src. */
(() => {
	'use strict';
	const tag = document.currentScript || document.querySelector('script[data-account]');
	if (!tag || !tag.dataset.account || window.Parley) return;
	const option = tag.dataset;
	const greet = option.greet || 'open';
	const base = new URL(`widget/${encodeURIComponent(option.account)}`, tag.src);

	// What the widget itself says, until the server has sent it in the visitor's language.
	let words = { open: 'Open chat', close: 'Close chat', placeholder: 'Write a message…', send: 'Send', lost: 'Connection lost, trying again…', you: 'You' };
	let language = '';

	// ---- What is remembered: the visitor's token and what was read in all tabs, the outbox in this one.
	const key = `parley:${option.account}${option.pretendCountry ? `:${option.pretendCountry}` : ''}`;
	const load = (area, name) => {
		try { return JSON.parse(window[area].getItem(key + name)); } catch { return null; }
	};
	const save = (area, name, value) => {
		try {
			if (value === null) window[area].removeItem(key + name);
			else window[area].setItem(key + name, JSON.stringify(value));
		} catch { /* storage is switched off: this page view still works */ }
	};
	let token = load('localStorage', ':token');
	let outbox = load('sessionStorage', ':outbox') || [];
	let read = load('localStorage', ':read') || '';
	const visit = load('sessionStorage', ':visit') || { landing: location.href, referrer: document.referrer };
	save('sessionStorage', ':visit', visit);
	const visitorOf = (signed) => (signed || '').split('.')[1] || '';
	// Not crypto.randomUUID: it is missing on pages without TLS.
	const unique = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, '0')).join('');

	// ---- Page parts
	const make = (name, attributes, ...children) => {
		const node = document.createElement(name);
		for (const [attribute, value] of Object.entries(attributes || {})) {
			if (attribute.startsWith('on')) node.addEventListener(attribute.slice(2), value);
			else node.setAttribute(attribute, value);
		}
		node.append(...children);
		return node;
	};
	const icon = (path) => {
		const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
		const drawn = document.createElementNS('http://www.w3.org/2000/svg', 'path');
		for (const [name, value] of [['viewBox', '0 0 24 24'], ['aria-hidden', 'true'], ['class', 'icon']]) svg.setAttribute(name, value);
		drawn.setAttribute('d', path);
		svg.append(drawn);
		return svg;
	};
	const [CHAT, CROSS, DOWN, UP, PAGE] = [
		'M12 4c5 0 9 3.1 9 7.2s-4 7.3-9 7.3c-1 0-2-.1-2.9-.4L4.6 20l1-3.6C4 15.1 3 13.3 3 11.2 3 7.1 7 4 12 4Z',
		'M6.5 6.5l11 11M17.5 6.5l-11 11',
		'M6 9.5l6 6 6-6',
		'M12 19V5.5M6 11.2l6-6 6 6',
		'M7 3.5h6.5L18 8v12.5H7zM13 3.5V8.5h5',
	];

	const STYLE = `
:host{all:initial}
:host([hidden]){display:none}
*{box-sizing:border-box;margin:0}
[hidden]{display:none!important}
.root{--edge:var(--accent);--bg:#fff;--fg:#1c1c21;--soft:#f2f2f5;--line:#dcdce2;--dim:#63636e;--bad:#b3261e;
 font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
 color:var(--fg);position:fixed;z-index:2147483000;bottom:20px;right:20px}
.dark:not(.pale),.pale:not(.dark){--edge:var(--dim)}
.root.left{right:auto;left:20px}
.root.dark{--bg:#1d1d22;--fg:#f1f1f4;--soft:#2c2c33;--line:#43434c;--dim:#a9a9b4;--bad:#ffb4ab}
button,textarea{font:inherit;color:inherit;background:none;border:0;padding:0}
button{cursor:pointer}
:focus-visible{outline:2px solid var(--edge);outline-offset:2px}
.icon{width:24px;height:24px;display:block;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round;flex:none}
.launcher{display:flex;align-items:center;gap:10px;height:56px;min-width:56px;padding:0 16px;border-radius:28px;margin-inline-start:auto;background:var(--accent);color:var(--on);
 box-shadow:0 2px 6px #0002,0 8px 24px #0003;position:relative;transition:transform .12s}
.left .launcher{margin:0}
.launcher:hover{transform:translateY(-1px)}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:20px;height:20px;padding:0 6px;border-radius:10px;background:#c62828;color:#fff;font-size:12px;line-height:20px;text-align:center}
.teaser,.panel{position:absolute;bottom:72px;right:0;background:var(--bg);border-radius:20px;box-shadow:0 1px 4px #0002,0 12px 40px #0003;animation:rise .14s ease-out}
.teaser{width:min(300px,calc(100vw - 40px));padding:14px 16px}
.left .teaser,.left .panel{right:auto;left:0}
.teaser>button.words{display:-webkit-box;-webkit-line-clamp:5;-webkit-box-orient:vertical;overflow:hidden;white-space:pre-line;width:100%;padding-inline-end:22px;overflow-wrap:anywhere}
.teaser .shut{position:absolute;top:6px;inset-inline-end:6px;padding:6px;color:var(--dim)}
.shut .icon{width:16px}
.panel{width:384px;height:min(620px,calc(100vh - 112px));display:flex;flex-direction:column;overflow:hidden}
@keyframes rise{from{opacity:0;transform:translateY(8px)}}
.head{display:flex;align-items:center;gap:12px;padding:14px 16px;border-bottom:1px solid var(--line)}
h2{font-size:16px;font-weight:600;flex:1;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.face{width:34px;height:34px;border-radius:50%;background:var(--accent);color:var(--on);display:grid;place-items:center;font-weight:600}
.head button,.send{width:40px;height:40px;border-radius:50%;display:grid;place-items:center;flex:none}
.head button{color:var(--dim);margin:-3px -6px}
.head button:hover{background:var(--soft)}
.lost{background:var(--soft);color:var(--dim);font-size:13px;text-align:center;padding:6px 12px}
.log{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:16px;display:flex;flex-direction:column;gap:6px}
.log::before{content:'';flex:1}
.line{display:flex;flex-direction:column;align-items:flex-start;gap:3px}
.mine{align-items:flex-end}
.mine+.line:not(.mine),.line:not(.mine)+.mine{margin-top:8px}
.bubble{padding:9px 14px;border-radius:18px;background:var(--soft);white-space:pre-wrap;overflow-wrap:anywhere;border-end-start-radius:6px}
.bubble,.cite{max-width:85%}
.bubble,.words,.choices button,textarea:not(:placeholder-shown){unicode-bidi:plaintext;text-align:start}
.mine .bubble{background:var(--accent);color:var(--on);border-radius:18px;border-end-end-radius:6px}
.waiting .bubble{opacity:.6}
.bubble a{color:inherit}
.small,time{font-size:12px;color:var(--dim)}
.small.bad{color:var(--bad)}
.cite{display:flex;gap:5px;align-items:center;padding-inline-start:6px}
.cite .icon{width:14px;height:14px}
time{align-self:center;padding:8px 0 2px}
.choices{display:flex;flex-wrap:wrap;gap:8px;padding-top:6px}
.choices button{border:1.5px solid var(--edge);border-radius:18px;padding:7px 14px;overflow-wrap:anywhere;background:var(--bg)}
.choices button:hover{background:var(--soft)}
.dots{display:flex;gap:5px;padding:13px 14px}
.dots i{width:7px;height:7px;border-radius:50%;background:var(--dim);animation:dot 1.2s infinite}
.dots i:nth-child(2){animation-delay:.15s}.dots i:nth-child(3){animation-delay:.3s}
@keyframes dot{0%,60%,100%{opacity:.35}30%{opacity:1}}
.earlier{align-self:center;font-size:13px;color:var(--dim);padding:6px 12px;text-decoration:underline}
form{display:flex;align-items:flex-end;gap:8px;padding:10px 12px 12px;border-top:1px solid var(--line)}
textarea{flex:1;min-width:0;resize:none;max-height:120px;min-height:40px;padding:8px 14px;border-radius:20px;background:var(--soft);line-height:24px}
textarea:focus-visible,.log:focus-visible{outline-offset:-2px}
textarea::placeholder{color:var(--dim);opacity:1}
.send{background:var(--accent);color:var(--on)}
.send:disabled{background:var(--soft);color:var(--dim)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (max-width:480px){
 .root.open{inset:0;bottom:auto;height:var(--height,100dvh)}
 .open .panel{inset:0;width:auto;height:auto;border-radius:0}
 .open .launcher{display:none}
 textarea{font-size:16px}
}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}`;

	const log = make('div', { class: 'log', role: 'log', 'aria-live': 'polite', tabindex: '0' });
	const earlier = make('button', { class: 'earlier', hidden: '', onclick: () => lines.length && post({ type: 'older', before: lines[0].id }) });
	const choices = make('div', { class: 'choices' });
	const typing = make('div', { class: 'line', hidden: '' }, make('div', { class: 'bubble dots', role: 'img' }, make('i'), make('i'), make('i')));
	log.append(earlier, choices, typing);
	const title = make('h2', { id: 'title' });
	const face = make('span', { class: 'face', 'aria-hidden': 'true' });
	const shut = make('button', { onclick: () => close() }, icon(DOWN));
	const lost = make('div', { class: 'lost', role: 'status', hidden: '' });
	const input = make('textarea', { rows: '1', enterkeyhint: 'send' });
	const send = make('button', { class: 'send', type: 'submit', disabled: '' }, icon(UP));
	const form = make('form', {}, input, send);
	const panel = make('section', { class: 'panel', role: 'dialog', 'aria-labelledby': 'title', tabindex: '-1', hidden: '' },
		make('div', { class: 'head' }, face, title, shut), lost, log, form);
	const badge = make('span', { class: 'badge', hidden: '', 'aria-hidden': 'true' });
	const launcher = make('button', { class: 'launcher', 'aria-expanded': 'false', onclick: () => (panel.hidden ? open() : close()) }, icon(CHAT), badge);
	if (option.openText) launcher.append(option.openText);
	const teaser = make('aside', { class: 'teaser', hidden: '' });
	const heard = make('div', { class: 'hidden', role: 'status' });
	const root = make('div', { class: `root${option.position === 'left' ? ' left' : ''}` }, panel, teaser, launcher, heard);
	const host = make('parley-widget');
	const shadow = host.attachShadow({ mode: 'open' });
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(STYLE);
	shadow.adoptedStyleSheets = [sheet];
	shadow.append(root);

	// Has the widget speak as the conversation does.
	async function speak(code) {
		code = option.language || code || navigator.language || 'en';
		if (code === language) return null;
		const before = language;
		language = code;
		try {
			const answer = await fetch(`${base}/config?language=${encodeURIComponent(code)}`, { credentials: 'omit' });
			if (!answer.ok) return answer;
			const config = await answer.json();
			words = config.words;
			root.lang = config.language;
			root.dir = config.direction;
			if (!before) settings(config);
		} catch { // away: as it is, and again with the next message
			language = before;
			if (!before) settings({});
		}
		input.placeholder = words.placeholder;
		for (const [node, text] of [[input, words.placeholder], [send, words.send], [shut, words.close], [typing.firstChild, words.writing], [log, title.textContent]]) node.ariaLabel = text;
		lost.textContent = words.lost;
		earlier.textContent = words.earlier;
		count();
		return null;
	}

	function settings(config) {
		title.textContent = option.title || config.title || 'Chat';
		face.textContent = [...title.textContent][0];
		input.maxLength = config.longest || 2000;
		paint(option.color || config.color);
	}

	function paint(color) {
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

	const night = matchMedia('(prefers-color-scheme: dark)');
	const phone = matchMedia('(max-width: 480px)');
	const shade = () => root.classList.toggle('dark', option.theme ? option.theme === 'dark' : night.matches);

	// ---- The conversation on the screen: what is stored by its ids, then what is on its way.
	let lines = [];
	let status = 'bot';
	let writing;

	const place = (line) => line.id || `~${line.at}`;

	function take(row) {
		let line = lines.find((other) => (row.id && other.id === row.id) || (row.client && other.client === row.client));
		const fresh = !line;
		if (fresh) lines.push(line = row);
		else if (line.id && line.id === row.id) return false;
		else Object.assign(line, row);
		line.waiting = !row.id && outbox.some((frame) => frame.id === row.client);
		lines.sort((a, b) => (place(a) < place(b) ? -1 : 1));
		const node = draw(line);
		if (line.node) line.node.replaceWith(node);
		line.node = node;
		const next = lines.slice(lines.indexOf(line) + 1).find((other) => other.node);
		const below = next ? next.node : choices;
		if (node.nextSibling !== below) log.insertBefore(node, below);
		return fresh;
	}

	function draw(line) {
		const mine = line.from === 'contact';
		const bubble = make('div', { class: 'bubble' });
		if (line.language) bubble.lang = line.language;
		bubble.append(...linked(line.text));
		const node = make('div', { class: `line${mine ? ' mine' : ''}${line.waiting ? ' waiting' : ''}` },
			make('span', { class: mine || !line.name ? 'hidden' : 'small' }, mine ? `${words.you}: ` : line.name || `${title.textContent}: `), bubble);
		if (line.citation) {
			const source = line.citation.place || line.citation.name;
			node.append(make('div', { class: 'small cite' }, icon(PAGE), make('span', { class: 'hidden' }, `${words.source}: `), source));
		}
		if (line.refused) node.append(make('div', { class: 'small bad' }, line.refused));
		const before = lines[lines.indexOf(line) - 1];
		if (!before || new Date(line.at) - new Date(before.at) < 18e5) return node;
		const when = new Intl.DateTimeFormat(language, { weekday: 'short', hour: 'numeric', minute: '2-digit' }).format(new Date(line.at));
		node.prepend(make('time', {}, when));
		return node;
	}

	// Text of others becomes text nodes; only addresses that begin with http(s) become links.
	function linked(text) {
		return text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}。，；：！？）】])/).map((part, number) => {
			if (number % 2 === 0) return part;
			try { new URL(part); } catch { return part; }
			return make('a', { href: part, target: '_blank', rel: 'noopener noreferrer nofollow' }, part);
		});
	}

	function offer() {
		const last = lines.at(-1);
		const offered = (last?.from !== 'contact' && last?.choices) || [];
		const buttons = () => offered.map(({ id, label: text }) => make('button', { onclick: () => { open(); say(text, id); settle(); } }, text));
		choices.replaceChildren(...buttons());
		choices.hidden = !offered.length;
		return buttons;
	}

	const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

	function show(rows, known) {
		const end = atEnd();
		const fresh = rows.filter(take).filter((line) => line.from !== 'contact' && line.id > read);
		const buttons = offer();
		const spoken = lines.findLast((line) => line.language);
		if (spoken) speak(spoken.language);
		if (fresh.length) {
			busy(0);
			// Shown on the page before: not again, unless a person wrote it.
			if (panel.hidden && (!known || fresh.at(-1).from === 'agent')) tease(fresh, buttons());
		}
		// A long answer is read from its start.
		if (end) log.scrollTop = fresh[0] ? fresh[0].node.offsetTop - log.offsetTop - 12 : log.scrollHeight;
		count();
	}

	function tease(fresh, buttons) {
		const text = fresh.map((line) => line.text).join('\n\n');
		const dismiss = () => { teaser.hidden = true; seen(); count(); launcher.focus(); };
		teaser.replaceChildren(
			make('button', { class: 'words', onclick: () => open() }, text),
			make('button', { class: 'shut', 'aria-label': words.close, onclick: dismiss }, icon(CROSS)),
			make('div', { class: 'choices' }, ...buttons));
		teaser.ariaLabel = title.textContent;
		teaser.hidden = false;
		heard.textContent = `${title.textContent}: ${text}`;
	}

	const newest = () => lines.findLast((line) => line.id)?.id || '';

	function seen() {
		read = [read, newest()].sort()[1];
		save('localStorage', ':read', read);
	}

	function count() {
		if (!panel.hidden && !document.hidden && newest() > read) seen();
		const unread = lines.filter((line) => line.from !== 'contact' && line.id > read).length;
		badge.hidden = !unread || !panel.hidden;
		badge.textContent = unread > 9 ? '9+' : unread;
		launcher.ariaLabel = `${panel.hidden ? option.openText || words.open : words.close}${unread ? ` (${unread})` : ''}`;
	}

	// Shows that an answer is being written, for at most so many seconds.
	function busy(seconds) {
		clearTimeout(writing);
		const end = atEnd();
		typing.hidden = !seconds;
		if (seconds) writing = setTimeout(busy, seconds * 1000, 0);
		if (end) log.scrollTop = log.scrollHeight;
	}

	// ---- Opening and closing
	function toggle(opened) {
		panel.hidden = !opened;
		root.classList.toggle('open', opened);
		panel.ariaModal = phone.matches;
		launcher.ariaExpanded = opened;
		launcher.firstChild.replaceWith(icon(opened ? DOWN : CHAT));
		save('sessionStorage', ':open', opened);
	}

	// On a phone the keyboard would cover what is to be read.
	const settle = () => (matchMedia('(pointer: coarse)').matches ? panel : input).focus();

	function open(focus = true) {
		if (!panel.hidden) return;
		toggle(true);
		teaser.hidden = true;
		begin();
		hello();
		count();
		log.scrollTop = log.scrollHeight;
		if (focus) settle();
	}

	function close() {
		if (panel.hidden) return;
		toggle(false);
		count();
		launcher.focus();
	}

	function keys(event) {
		if (event.key === 'Escape') {
			if (!panel.hidden) close();
			else teaser.hidden = true;
			event.stopPropagation();
		} else if (event.key === 'Tab' && phone.matches && !panel.hidden) {
			// Full screen: what lies beneath must not be reached.
			const stops = [...panel.querySelectorAll('button:enabled,a,textarea,.log')].filter((stop) => stop.offsetParent);
			if (event.shiftKey) stops.reverse();
			if (![stops.at(-1), panel].includes(shadow.activeElement)) return;
			event.preventDefault();
			stops[0].focus();
		}
	}

	// ---- Saying something: kept, and sent again with the same id, until the server has stored it.
	function say(text, choice) {
		const frame = { type: 'say', id: unique(), text: text.trim() };
		if (choice) frame.choice = choice;
		if (!frame.text) return;
		queue(frame);
		show([ownLine(frame)]);
		log.scrollTop = log.scrollHeight;
	}
	const ownLine = ({ id, text, at }) => ({ client: id, from: 'contact', text, at });
	const restore = () => outbox.forEach((frame) => frame.text && take(ownLine(frame)));

	function queue(frame) {
		frame.at = new Date().toISOString();
		outbox.push(frame);
		save('sessionStorage', ':outbox', outbox);
		begin();
		post(frame);
	}

	// The greeting is asked for once per visitor: the same id from however many tabs.
	function hello() {
		if (greet === 'off' || !ready || lines.length || (panel.hidden && greet !== 'auto')) return;
		const id = `open-${visitorOf(token)}`;
		if (!outbox.some((frame) => frame.id === id)) queue({ type: 'open', id });
	}

	function done(id, refused) {
		outbox = outbox.filter((frame) => frame.id !== id);
		save('sessionStorage', ':outbox', outbox);
		const line = lines.find((other) => other.client === id);
		if (line && !line.id) show([{ ...line, refused }]);
	}

	// ---- The socket
	let socket = null;
	let ready = false;
	let wanted = false;
	let attempts = 0;
	let again;
	let warn;
	let pulse;
	let alive = true;

	function begin() {
		wanted = true;
		connect();
	}

	function connect() {
		clearTimeout(again);
		if (socket || !wanted || document.prerendering) return;
		const address = new URL(base);
		address.protocol = address.protocol.replace('http', 'ws');
		const mine = socket = new WebSocket(address);
		mine.onopen = () => mine.send(JSON.stringify({
			type: 'hello', token: token || '', locale: navigator.language || '', after: newest(),
			timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || '', ...visit, pretend: option.pretendCountry || '',
		}));
		mine.onmessage = (event) => {
			if (socket !== mine) return;
			alive = true;
			const frame = JSON.parse(event.data);
			FRAMES[frame.type]?.(frame);
		};
		mine.onclose = () => socket === mine && retry();
	}

	function retry(now) {
		const old = socket;
		socket = null;
		ready = false;
		clearInterval(pulse);
		if (old) old.close();
		if (wanted && !warn) warn = setTimeout(() => { lost.hidden = false; }, 1000);
		// Backs off to half a minute, and never in step with the other visitors.
		const delay = now ? 0 : Math.min(30, 2 ** attempts++ / 2) * (0.5 + Math.random() / 2);
		clearTimeout(again);
		if (wanted) again = setTimeout(connect, delay * 1000);
	}

	const post = (frame) => ready && socket.send(JSON.stringify(frame));

	const FRAMES = {
		welcome(frame) {
			if (frame.token) {
				// Another tab may have become a visitor meanwhile: then this is the same one.
				const stored = load('localStorage', ':token');
				if (stored && stored !== token) {
					token = stored;
					return retry(true);
				}
				if (token && visitorOf(frame.token) !== visitorOf(token)) clear();
				token = frame.token;
				save('localStorage', ':token', token);
			}
			ready = true;
			attempts = 0;
			status = frame.status;
			clearTimeout(warn);
			warn = null;
			lost.hidden = true;
			if (frame.language && !lines.length) speak(frame.language);
			if (!newest()) earlier.hidden = !frame.more;
			show(frame.messages, true);
			outbox.forEach(post);
			hello();
			clearInterval(pulse);
			pulse = setInterval(() => {
				if (!alive) return retry(true);
				alive = false;
				post({ type: 'ping' });
			}, 20000);
		},
		messages(frame) {
			if (frame.more !== undefined) earlier.hidden = !frame.more;
			show(frame.messages);
		},
		ack(frame) {
			done(frame.id);
			if (frame.fresh && status === 'bot') busy(12);
		},
		refused(frame) {
			if (frame.again) return setTimeout(() => outbox.filter(({ id }) => id === frame.id).forEach(post), frame.again * 1000);
			done(frame.id, words.too_long);
		},
		status(frame) { status = frame.status; },
		typing() { busy(6); },
	};

	function clear() {
		lines.forEach((line) => line.node && line.node.remove());
		lines = [];
		earlier.hidden = true;
		restore();
		offer();
	}

	function startOver() {
		outbox = [];
		token = null;
		read = '';
		for (const name of [':token', ':read']) save('localStorage', name, null);
		save('sessionStorage', ':outbox', null);
		teaser.hidden = true;
		clear();
		busy(0);
		if (greet === 'auto' || !panel.hidden) wanted = true;
		retry(true);
	}

	// ---- Starting
	async function start() {
		document.body.append(host);
		host.hidden = true;
		const refused = await speak();
		if (refused) return console.warn(`Parley: no chat here (${refused.status}); is the page an allowed one?`);
		host.hidden = false;
		shade();
		restore();

		night.addEventListener('change', shade);
		root.addEventListener('keydown', keys);
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
		addEventListener('online', () => retry(true));
		addEventListener('offline', () => retry());
		document.addEventListener('visibilitychange', () => {
			if (document.hidden) return;
			count();
			if (wanted && !socket) retry(true);
		});
		addEventListener('storage', (event) => {
			if (event.key === `${key}:read`) { read = load('localStorage', ':read') || ''; count(); }
			if (event.key !== `${key}:token`) return;
			const stored = load('localStorage', ':token');
			if (visitorOf(stored) === visitorOf(token)) { token = stored; return; }
			token = stored;
			clear();
			if (stored) retry(true);
		});
		// What the keyboard of a phone leaves.
		visualViewport.addEventListener('resize', () => root.style.setProperty('--height', `${visualViewport.height}px`));
		window.Parley = { open: () => open(), close, startOver };
		if (token || outbox.length || greet === 'auto') begin();
		if (load('sessionStorage', ':open') && !phone.matches) open(false);
	}
	window.Parley = {};
	if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
	else start();
})();
