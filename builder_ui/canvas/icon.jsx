// Lucide icons by their kebab-case names; the page gives those that the node types use.
import { Box, StickyNote } from "lucide-react";
import { createContext, useContext } from "react";

export const Icons = createContext({});

export function Icon({ name, size = 16 }) {
  const Shown = useContext(Icons)?.[name] ?? (name === "sticky-note" ? StickyNote : Box);
  return <Shown size={size} aria-hidden="true" />;
}
