// Elements made in one expression, icons, and links in what somebody wrote.
function make(name, attributes, ...children) {
	const node = document.createElement(name);
	for (const [attribute, value] of Object.entries(attributes || {})) {
		if (attribute.startsWith('on')) node.addEventListener(attribute.slice(2), value);
		else node.setAttribute(attribute, value);
	}
	node.append(...children);
	return node;
}

function icon(name) {
	const path = {
		chat: 'M12 4c5 0 9 3.1 9 7.2s-4 7.3-9 7.3c-1 0-2-.1-2.9-.4L4.6 20l1-3.6C4 15.1 3 13.3 3 11.2 3 7.1 7 4 12 4Z',
		cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
		down: 'M6 9.5l6 6 6-6',
		up: 'M12 19V5.5M6 11.2l6-6 6 6',
		page: 'M7 3.5h6.5L18 8v12.5H7zM13 3.5V8.5h5',
	}[name];
	const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
	const drawn = document.createElementNS('http://www.w3.org/2000/svg', 'path');
	for (const [name, value] of [['viewBox', '0 0 24 24'], ['aria-hidden', 'true'], ['class', 'icon']]) svg.setAttribute(name, value);
	drawn.setAttribute('d', path);
	svg.append(drawn);
	return svg;
}

// Text of others becomes text nodes; only addresses that begin with http(s) become links.
function linked(text) {
	return text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}。，；：！？）】])/).map((part, number) => {
		if (number % 2 === 0) return part;
		try { new URL(part); } catch { return part; }
		return make('a', { href: part, target: '_blank', rel: 'noopener noreferrer nofollow' }, part);
	});
}
