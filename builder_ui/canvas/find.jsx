// Finding a node or a note by its name, its kind, or any of its words in any language.
import { useMemo } from "react";
import { Chooser, Window, closeAt } from "./dialogs.jsx";
import { searchable, searched } from "./find.js";
import { select, useCanvas } from "./store.js";

export function FindDialog() {
  const words = useCanvas((state) => state.words);
  const document = useCanvas((state) => state.document);
  const items = useMemo(() => searchable(document, words).map((one) => ({ ...one, key: one.id })), [document, words]);
  const go = ({ id }) => {
    select([id], true);
    closeAt(id);
  };
  const search = (all, text) => searched(all, text).map((one) => (one.named ? { ...one, marked: undefined } : one));
  return (
    <Window title={words.act_find} kind="aside">
      <Chooser
        title={words.find_what}
        items={items}
        search={search}
        onChoose={go}
        onWalk={({ id }) => select([id], true)}
        counted={(count) => (count === 1 ? words.found_one : words.found_many.replace("{count}", count))}
      />
    </Window>
  );
}
