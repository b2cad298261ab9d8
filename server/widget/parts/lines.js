// The lines in the log: what is stored by its ids, then what is on its way (`waiting` tells, of an id).
function linesIn({ log, choices, title }, spoken, waiting) {
	const lines = [];
	const place = (line) => line.id || `~${line.at}`;

	// Puts a row where it belongs; true if there was none of it yet.
	function take(row) {
		let line = lines.find((other) => (row.id && other.id === row.id) || (row.client && other.client === row.client));
		const fresh = !line;
		if (fresh) lines.push(line = row);
		else if (line.id && line.id === row.id) return false;
		else Object.assign(line, row);
		line.waiting = !row.id && waiting(row.client);
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
		const { words, language } = spoken;
		const mine = line.from === 'contact';
		const bubble = make('div', { class: 'bubble' });
		if (line.language) bubble.lang = line.language;
		bubble.append(...linked(line.text));
		const node = make('div', { class: `line${mine ? ' mine' : ''}${line.waiting ? ' waiting' : ''}` },
			make('span', { class: mine || !line.name ? 'hidden' : 'small' }, mine ? `${words.you}: ` : line.name || `${title.textContent}: `), bubble);
		if (line.citation) {
			const source = line.citation.place || line.citation.name;
			node.append(make('div', { class: 'small cite' }, icon('page'), make('span', { class: 'hidden' }, `${words.source}: `), source));
		}
		if (line.refused) node.append(make('div', { class: 'small bad' }, line.refused));
		const before = lines[lines.indexOf(line) - 1];
		if (!before || new Date(line.at) - new Date(before.at) < 18e5) return node;
		const when = new Intl.DateTimeFormat(language, { weekday: 'short', hour: 'numeric', minute: '2-digit' }).format(new Date(line.at));
		node.prepend(make('time', {}, when));
		return node;
	}

	function clear() {
		lines.forEach((line) => line.node && line.node.remove());
		lines.length = 0;
	}

	const newest = () => lines.findLast((line) => line.id)?.id || '';

	return { lines, take, clear, newest };
}
