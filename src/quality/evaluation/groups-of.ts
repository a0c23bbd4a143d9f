/** The items in groups of that size, the last one of what is left. */
export function groupsOf<Item>(items: readonly Item[], size: number): Item[][] {
  const groupCount = Math.ceil(items.length / size);
  return Array.from({ length: groupCount }, (_, group) => items.slice(group * size, (group + 1) * size));
}
