/** Where pages were before: bookmarks, links in messages and old documents go on to lead to them. */

/** Old path → where the page is now; what follows it, like an id, stays. */
const moved: readonly (readonly [old: RegExp, now: string])[] = [
  [/^\/journal$/, '/activity'],
  [/^\/arrs$/, '/settings/arrs'],
  [/^\/arrs\/([^/]+)$/, '/library/arrs/$1'],
  [/^\/servers(\/[^/]+)?$/, '/settings/servers$1'],
  [/^\/trash$/, '/torrents/trash'],
  [/^\/orphans$/, '/torrents/orphaned-files'],
  [/^\/people$/, '/settings/users'],
  [/^\/processes$/, '/settings/system'],
  [/^\/account$/, '/settings/account'],
  [/^\/move-in$/, '/settings/move-in'],
]

/** @param path without the base path of the program. @returns `null` = it is none of the old ones */
export function addressNow(path: string): string | null {
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path
  const found = moved.find(([old]) => old.test(plain))
  return found ? plain.replace(...found) : null
}
