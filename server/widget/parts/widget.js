/* Parley's web widget: <script src="https://…/widget.js" data-account="…" async></script>
   data-color, data-position (left), data-open-text, data-title, data-language, data-theme (light | dark),
   data-greet: first words by themselves ("auto"), when the panel is opened ("open", usual), or never ("off").
   A Content-Security-Policy needs this host in script-src and connect-src. */
const tag = document.currentScript || document.querySelector('script[data-account]');
if (tag && tag.dataset.account && !window.Parley) widget(tag.dataset, tag.src);

function widget(option, source) {
	const greet = option.greet || 'open';
	const base = new URL(`widget/${encodeURIComponent(option.account)}`, source);
	const key = `parley:${option.account}${option.pretendCountry ? `:${option.pretendCountry}` : ''}`;
	const kept = memory(key);
	const { load, save } = kept;
	let token = load('localStorage', ':token');
	const outbox = outboxIn(kept);
	const visit = load('sessionStorage', ':visit') || { landing: location.href, referrer: document.referrer };
	save('sessionStorage', ':visit', visit);

	// What the widget itself says, until the server has sent it in the visitor's language.
	const spoken = {
		words: { open: 'Open chat', close: 'Close chat', placeholder: 'Write a message…', send: 'Send', lost: 'Connection lost, trying again…', you: 'You' },
		language: '',
	};
	const parts = buildPage(option, {
		older: () => lines.length && post({ type: 'older', before: lines[0].id }),
		shut: () => close(),
		launch: () => (panel.hidden ? open() : close()),
	});
	const { host, shadow, root, panel, launcher, teaser, input, log, earlier } = parts;
	const { lines, take, clear, newest, offer, show, count, busy, recall } = conversation(parts, option, spoken, kept, {
		open,
		speak,
		waiting: outbox.holds,
		choose(text, id) {
			open();
			say(text, id);
			settle();
		},
	});
	const { begin, want, retry, welcomed, post, ready, gone } = connection(base, first, (frame) => FRAMES[frame.type]?.(frame), (away) => { parts.lost.hidden = !away; });
	let status = 'bot';

	// Has the widget speak as the conversation does.
	async function speak(code) {
		code = option.language || code || navigator.language || 'en';
		if (code === spoken.language) return null;
		const before = spoken.language;
		spoken.language = code;
		try {
			const answer = await fetch(`${base}/config?language=${encodeURIComponent(code)}`, { credentials: 'omit' });
			if (!answer.ok) return answer;
			const config = await answer.json();
			spoken.words = config.words;
			root.lang = config.language;
			root.dir = config.direction;
			if (!before) furnish(parts, option, config);
		} catch { // away: as it is, and again with the next message
			spoken.language = before;
			if (!before) furnish(parts, option, {});
		}
		label(parts, spoken.words);
		count();
		return null;
	}

	const night = matchMedia('(prefers-color-scheme: dark)');
	const phone = matchMedia('(max-width: 480px)');
	const shade = () => root.classList.toggle('dark', option.theme ? option.theme === 'dark' : night.matches);

	// ---- Opening and closing
	function toggle(opened) {
		panel.hidden = !opened;
		root.classList.toggle('open', opened);
		panel.ariaModal = phone.matches;
		launcher.ariaExpanded = opened;
		launcher.firstChild.replaceWith(icon(opened ? 'down' : 'chat'));
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

	// ---- Saying something
	function say(text, choice) {
		const frame = { type: 'say', id: unique(), text: text.trim() };
		if (choice) frame.choice = choice;
		if (!frame.text) return;
		queue(frame);
		show([ownLine(frame)]);
		log.scrollTop = log.scrollHeight;
	}
	const ownLine = ({ id, text, at }) => ({ client: id, from: 'contact', text, at });
	const restore = () => outbox.all().forEach((frame) => frame.text && take(ownLine(frame)));

	function queue(frame) {
		outbox.add(frame);
		begin();
		post(frame);
	}

	// The greeting is asked for once per visitor: the same id from however many tabs.
	function hello() {
		if (greet === 'off' || !ready() || lines.length || (panel.hidden && greet !== 'auto')) return;
		const id = `open-${visitorOf(token)}`;
		if (!outbox.holds(id)) queue({ type: 'open', id });
	}

	function done(id, refused) {
		outbox.drop(id);
		const line = lines.find((other) => other.client === id);
		if (line && !line.id) show([{ ...line, refused }]);
	}

	// ---- What goes between here and the server
	function first() {
		return {
			type: 'hello', token: token || '', locale: navigator.language || '', after: newest(),
			timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || '', ...visit, pretend: option.pretendCountry || '',
		};
	}

	const FRAMES = {
		welcome(frame) {
			if (frame.token) {
				// Another tab may have become a visitor meanwhile: then this is the same one.
				const stored = load('localStorage', ':token');
				if (stored && stored !== token) {
					token = stored;
					return retry(true);
				}
				if (token && visitorOf(frame.token) !== visitorOf(token)) forget();
				token = frame.token;
				save('localStorage', ':token', token);
			}
			welcomed();
			status = frame.status;
			if (frame.language && !lines.length) speak(frame.language);
			if (!newest()) earlier.hidden = !frame.more;
			show(frame.messages, true);
			outbox.all().forEach(post);
			hello();
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
			if (frame.again) return setTimeout(() => outbox.all().filter(({ id }) => id === frame.id).forEach(post), frame.again * 1000);
			done(frame.id, spoken.words.too_long);
		},
		status(frame) { status = frame.status; },
		typing() { busy(6); },
	};

	// Another visitor's lines leave the screen; what waits to be sent stays.
	function forget() {
		clear();
		earlier.hidden = true;
		restore();
		offer();
	}

	function startOver() {
		outbox.empty();
		token = null;
		for (const name of [':token', ':read']) save('localStorage', name, null);
		recall();
		teaser.hidden = true;
		forget();
		busy(0);
		if (greet === 'auto' || !panel.hidden) want();
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
		compose(parts, say);
		addEventListener('online', () => retry(true));
		addEventListener('offline', () => retry());
		document.addEventListener('visibilitychange', () => {
			if (document.hidden) return;
			count();
			if (gone()) retry(true);
		});
		addEventListener('storage', (event) => {
			if (event.key === `${key}:read`) { recall(); count(); }
			if (event.key !== `${key}:token`) return;
			const stored = load('localStorage', ':token');
			if (visitorOf(stored) === visitorOf(token)) { token = stored; return; }
			token = stored;
			forget();
			if (stored) retry(true);
		});
		// What the keyboard of a phone leaves.
		visualViewport.addEventListener('resize', () => root.style.setProperty('--height', `${visualViewport.height}px`));
		window.Parley = { open: () => open(), close, startOver };
		if (token || outbox.all().length || greet === 'auto') begin();
		if (load('sessionStorage', ':open') && !phone.matches) open(false);
	}
	window.Parley = {};
	if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
	else start();
}
