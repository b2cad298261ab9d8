// Long lists by name as the language sorts them: Chinese by sound, which only the browser knows.
export function byName(lists) {
  if (!lists?.words) return lists;
  const { compare } = new Intl.Collator(lists.language);
  const byTitle = (items) => [...items].sort((a, b) => compare(a.title, b.title));
  return { ...lists, countries: byTitle(lists.countries), timezones: byTitle(lists.timezones) };
}
