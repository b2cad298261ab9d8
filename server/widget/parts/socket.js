// A connection that comes back: `first` makes its first frame, `receive` takes the server's, `lost` hears whether it is away.
function connection(base, first, receive, lost) {
	let socket = null;
	let ready = false;
	let wanted = false;
	let attempts = 0;
	let again;
	let warn;
	let pulse;
	let alive = true;

	function want() {
		wanted = true;
	}

	function begin() {
		want();
		connect();
	}

	function connect() {
		clearTimeout(again);
		if (socket || !wanted || document.prerendering) return;
		const address = new URL(base);
		address.protocol = address.protocol.replace('http', 'ws');
		const mine = socket = new WebSocket(address);
		mine.onopen = () => mine.send(JSON.stringify(first()));
		mine.onmessage = (event) => {
			if (socket !== mine) return;
			alive = true;
			receive(JSON.parse(event.data));
		};
		mine.onclose = () => socket === mine && retry();
	}

	function retry(now) {
		const old = socket;
		socket = null;
		ready = false;
		clearInterval(pulse);
		if (old) old.close();
		if (wanted && !warn) warn = setTimeout(lost, 1000, true);
		// Backs off to half a minute, and never in step with the other visitors.
		const delay = now ? 0 : Math.min(30, 2 ** attempts++ / 2) * (0.5 + Math.random() / 2);
		clearTimeout(again);
		if (wanted) again = setTimeout(connect, delay * 1000);
	}

	// The server has answered the first frame: others may be sent, and it is asked now and then whether it is there.
	function welcomed() {
		ready = true;
		attempts = 0;
		clearTimeout(warn);
		warn = null;
		lost(false);
		clearInterval(pulse);
		pulse = setInterval(() => {
			if (!alive) return retry(true);
			alive = false;
			post({ type: 'ping' });
		}, 20000);
	}

	const post = (frame) => ready && socket.send(JSON.stringify(frame));

	return { begin, want, retry, welcomed, post, ready: () => ready, gone: () => wanted && !socket };
}
