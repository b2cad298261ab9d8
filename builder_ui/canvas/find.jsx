// Finding a node or a note by its name, its kind, or any of its words in any language.
import { useMemo } from "react";
import { Chooser, Window, closeAt } from "./dialogs.jsx";
import { searchable, searched } from "./find.js";
import { select, useCanvas } from "./store.js";

export function FindDialog() {
  const words = useCanvas((state) => state.words);
  const document = useCanvas((state) => state.document);
  const spoken = useCanvas((state) => state.language);
  const items = useMemo(() => searchable(document, words).map((one) => ({ ...one, key: one.id })), [document, words]);
  const go = ({ id }) => {
    select([id], true);
    closeAt(id);
  };
  const speaks = useMemo(() => new Intl.DisplayNames([spoken], { type: "language" }), [spoken]);
  const search = (all, text) =>
    searched(all, text).map((one) => ({
      ...one,
      marked: one.named ? undefined : one.marked,
      language: one.language && speaks.of(one.language),
    }));
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
