"""The engine: a pure function from (flow, session, event) to (session, effects, trace)."""
