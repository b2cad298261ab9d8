// The conversation on the screen: its lines and choices, the teaser beside the closed panel, what is unread.
function conversation(parts, option, spoken, { load, save }, acts) {
	const { log, choices, typing, panel, title, teaser, heard, launcher, badge } = parts;
	const { lines, take, clear, newest } = linesIn(parts, spoken, acts.waiting);
	let read;
	let writing;
	recall();

	function offer() {
		const last = lines.at(-1);
		const offered = (last?.from !== 'contact' && last?.choices) || [];
		const buttons = () => offered.map(({ id, label: text }) => make('button', { onclick: () => acts.choose(text, id) }, text));
		choices.replaceChildren(...buttons());
		choices.hidden = !offered.length;
		return buttons;
	}

	const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

	function show(rows, known) {
		const end = atEnd();
		const fresh = rows.filter(take).filter((line) => line.from !== 'contact' && line.id > read);
		const buttons = offer();
		const last = lines.findLast((line) => line.language);
		if (last) acts.speak(last.language);
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
			make('button', { class: 'words', onclick: () => acts.open() }, text),
			make('button', { class: 'shut', 'aria-label': spoken.words.close, onclick: dismiss }, icon('cross')),
			make('div', { class: 'choices' }, ...buttons));
		teaser.ariaLabel = title.textContent;
		teaser.hidden = false;
		heard.textContent = `${title.textContent}: ${text}`;
	}

	function seen() {
		read = [read, newest()].sort()[1];
		save('localStorage', ':read', read);
	}

	function recall() {
		read = load('localStorage', ':read') || '';
	}

	function count() {
		if (!panel.hidden && !document.hidden && newest() > read) seen();
		const unread = lines.filter((line) => line.from !== 'contact' && line.id > read).length;
		badge.hidden = !unread || !panel.hidden;
		badge.textContent = unread > 9 ? '9+' : unread;
		launcher.ariaLabel = `${panel.hidden ? option.openText || spoken.words.open : spoken.words.close}${unread ? ` (${unread})` : ''}`;
	}

	// Shows that an answer is being written, for at most so many seconds.
	function busy(seconds) {
		clearTimeout(writing);
		const end = atEnd();
		typing.hidden = !seconds;
		if (seconds) writing = setTimeout(busy, seconds * 1000, 0);
		if (end) log.scrollTop = log.scrollHeight;
	}

	return { lines, take, clear, newest, offer, show, count, busy, recall };
}
