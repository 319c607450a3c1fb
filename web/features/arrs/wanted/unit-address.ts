/** Where what an Arr searches is shown: how far it got; of a season its series. */
const kinds: ReadonlySet<string> = new Set(['movie', 'episode', 'album', 'book'])

export function addressOfUnit(arr: string, unit: string) {
  const [kind = '', id = ''] = unit.split('/')
  if (kinds.has(kind)) return {to: '/library/arrs/$id/items/$item', params: {id: arr, item: id}} as const
  return {to: '/library/titles', search: {item: `series/${id}/${arr}`}} as const
}
