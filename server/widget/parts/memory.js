// What is remembered under `key`: in all tabs (localStorage) or in this one (sessionStorage).
function memory(key) {
	return {
		load(area, name) {
			try { return JSON.parse(window[area].getItem(key + name)); } catch { return null; }
		},
		save(area, name, value) {
			try {
				if (value === null) window[area].removeItem(key + name);
				else window[area].setItem(key + name, JSON.stringify(value));
			} catch { /* storage is switched off: this page view still works */ }
		},
	};
}

// What was said in this tab: kept, and sent again with the same id, until the server has stored it.
function outboxIn({ load, save }) {
	let frames = load('sessionStorage', ':outbox') || [];
	const keep = () => save('sessionStorage', ':outbox', frames);
	return {
		all: () => frames,
		holds: (id) => frames.some((frame) => frame.id === id),
		add(frame) {
			frame.at = new Date().toISOString();
			frames.push(frame);
			keep();
		},
		drop(id) {
			frames = frames.filter((frame) => frame.id !== id);
			keep();
		},
		empty() {
			frames = [];
			save('sessionStorage', ':outbox', null);
		},
	};
}

function visitorOf(signed) {
	return (signed || '').split('.')[1] || '';
}

// Not crypto.randomUUID: it is missing on pages without TLS.
function unique() {
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, '0')).join('');
}
