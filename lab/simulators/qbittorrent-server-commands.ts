/** Commands on the whole simulated server. Checks and answers as recorded from 4.5.2, 5.1.0 and 5.3.0. */
import {
  command,
  isCategoryName,
  limit,
  list,
  text,
  word,
  type Call,
  type CallContext,
  type Done,
} from './qbittorrent-call.ts'

export const qbittorrentServerCommands: readonly (readonly [string, Call])[] = [
  ['torrents/createCategory', command(['category'], createCategory)],
  ['torrents/editCategory', command(['category', 'savePath'], editCategory)],
  ['torrents/removeCategories', command(['categories'], removeCategories)],
  [
    'torrents/createTags',
    command(['tags'], ({world}, params) => world.commands.createTags({tags: list(params, 'tags')})),
  ],
  [
    'torrents/deleteTags',
    command(['tags'], ({world}, params) => world.commands.deleteTags({tags: list(params, 'tags')})),
  ],
  [
    'transfer/banPeers',
    command(['peers'], ({world}, params) =>
      world.commands.banPeers({peers: word(params, 'peers').split('|')}),
    ),
  ],
  [
    'transfer/setDownloadLimit',
    command(['limit'], (context, params) => setActiveLimit(context, 'down', limit(params))),
  ],
  [
    'transfer/setUploadLimit',
    command(['limit'], (context, params) => setActiveLimit(context, 'up', limit(params))),
  ],
  [
    'transfer/setSpeedLimitsMode',
    command(['mode'], ({world}, params) => world.commands.setAltSpeed({on: word(params, 'mode') === '1'})),
  ],
  [
    'transfer/toggleSpeedLimitsMode',
    command([], ({world}) => world.commands.setAltSpeed({on: !world.limits.altOn})),
  ],
  ['app/setPreferences', command(['json'], setPreferences)],
  [
    'app/setCookies',
    command(
      ['cookies'],
      ({world}, params) => void world.preferences.set('cookies', JSON.parse(word(params, 'cookies'))),
    ),
  ],
]

function createCategory({world}: CallContext, params: URLSearchParams): Done {
  const name = word(params, 'category')
  if (name === '') return text(400, 'Category cannot be empty')
  if (!isCategoryName(name)) return text(409, 'Incorrect category name')
  if (world.categories.has(name)) return text(409, 'Unable to create category')
  world.commands.createCategory({name, savePath: word(params, 'savePath')})
}

function editCategory({world, profile}: CallContext, params: URLSearchParams): Done {
  const [name, savePath] = [word(params, 'category'), word(params, 'savePath')]
  const isKnown = world.categories.has(name)
  if (!isKnown && profile.isNewWeb) return text(404, 'Not Found')
  const isSame = isKnown && world.categories.get(name) === savePath
  if (!isKnown || (isSame && !profile.isNewWeb)) return text(409, 'Unable to edit category')
  world.commands.editCategory({name, savePath})
}

function removeCategories({world}: CallContext, params: URLSearchParams): void {
  world.commands.removeCategories({names: word(params, 'categories').split('\n')})
}

/** Of whichever limits are in force. */
function setActiveLimit({world}: CallContext, way: 'down' | 'up', bytes: number | null): void {
  if (world.limits.altOn) world.commands.setAltSpeed({[way]: bytes})
  else world.commands.setGlobalLimits({[way]: bytes})
}

/** What cannot be read changes nothing and is answered with 200 anyway. */
function setPreferences({world}: CallContext, params: URLSearchParams): void {
  const values = parsed(word(params, 'json'))
  const number = (name: string): number | null | undefined => {
    const value = values[name]
    return typeof value === 'number' ? (value > 0 ? value : null) : undefined
  }
  const [down, up] = [number('dl_limit'), number('up_limit')]
  if (down !== undefined || up !== undefined) world.commands.setGlobalLimits({down, up})
  const [altDown, altUp] = [number('alt_dl_limit'), number('alt_up_limit')]
  if (altDown !== undefined || altUp !== undefined) world.commands.setAltSpeed({down: altDown, up: altUp})
  const isLimit = (name: string): boolean => /^(alt_)?(dl|up)_limit$/.test(name)
  const others = Object.entries(values).filter(([name]) => !isLimit(name))
  if (others.length > 0) world.commands.setPreferences({values: Object.fromEntries(others)})
}

function parsed(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
