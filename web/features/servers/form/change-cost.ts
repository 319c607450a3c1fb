/** What a change of a server costs. Pure; that it is so is up to `isSameServer` in src/links/links.ts. */
import type {ServerPatch} from '../../../api/servers.ts'

/**
 * look: in force at once. link: connects again. elsewhere: it means another server from now on, whose torrents are read
 * from the beginning.
 */
type ChangeCost = 'look' | 'link' | 'elsewhere'

/** Only pages read these. */
const looks: ReadonlySet<string> = new Set(['tags', 'colour', 'icon', 'default_for_adding', 'position'])
/** What says which server it is. */
const places: ReadonlySet<string> = new Set(['kind', 'url', 'socket'])

/** `null` = nothing is different. */
export function changeCost(patch: ServerPatch): ChangeCost | null {
  const names = Object.keys(patch)
  if (names.length === 0) return null
  if (names.some((name) => places.has(name))) return 'elsewhere'
  return names.every((name) => looks.has(name)) ? 'look' : 'link'
}
