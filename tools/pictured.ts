/** What `npm run pictures` takes pictures of, and the page of `docs/pictures/` that shows them. */
import {join} from 'node:path'
import type {Looking} from '#lab/browser.ts'
import type {Api} from '#test/program/program.fixture.ts'
import {root} from './steps.ts'

export interface Pictured {
  readonly name: string
  /** As the page of the pictures has it. */
  readonly shows: string
  readonly path: (api: Api) => string | Promise<string>
  /** Without it: the administrator of the demo. A stranger is not logged in; the first one has no account yet. */
  readonly visitor?: 'stranger' | 'first'
  /** With the hints of the demo, which lie over what is to be seen of other pages. */
  readonly hasHints?: true
  /** Keys that open what is meant, when the page is whole. */
  readonly keys?: readonly string[]
  /** CSS of what these open: it comes later than the page. */
  readonly opens?: string
}

const at = (path: string) => () => path

/** A new page is one more line. */
export const pictured: readonly Pictured[] = [
  {name: 'demo', shows: 'The demo after its start', path: at('/'), hasHints: true},
  {name: 'overview', shows: 'Overview', path: at('/')},
  {name: 'torrents', shows: 'Torrents', path: at('/torrents')},
  {
    name: 'torrents-selected',
    shows: 'Torrents, three of them selected',
    path: at('/torrents'),
    keys: ['j', 'Shift+ArrowDown', 'Shift+ArrowDown'],
  },
  {
    name: 'deleting',
    shows: 'Deleting a torrent',
    path: at('/torrents'),
    keys: ['j', 'Delete'],
    opens: '[role=radio]',
  },
  {
    name: 'adding',
    shows: 'Adding torrents',
    path: at('/torrents'),
    keys: ['n'],
    opens: '[role=dialog] textarea',
  },
  {
    name: 'palette',
    shows: 'Find or do anything',
    path: at('/torrents'),
    keys: ['Control+k'],
    opens: '[cmdk-item]',
  },
  {name: 'torrent', shows: 'Details of a torrent: Overview', path: (api) => torrent(api, 'overview')},
  {name: 'torrent-files', shows: 'Details of a torrent: Files', path: (api) => torrent(api, 'files')},
  {
    name: 'torrent-trackers',
    shows: 'Details of a torrent: Trackers',
    path: (api) => torrent(api, 'trackers'),
  },
  {name: 'why', shows: 'Details of a torrent: Why?', path: (api) => torrent(api, 'why')},
  {name: 'why-page', shows: 'Why?, as a page', path: (api) => whyPage(api)},
  {name: 'timeline', shows: 'Details of a torrent: History', path: (api) => torrent(api, 'history')},
  {name: 'needs-you', shows: 'What needs you', path: at('/torrents'), keys: ['g', 'n'], opens: '[data-need]'},
  {name: 'trash', shows: 'Trash', path: at('/torrents/trash')},
  {name: 'orphaned-files', shows: 'Orphaned files', path: at('/torrents/orphaned-files')},
  {name: 'disk-space', shows: 'Disk space', path: at('/torrents/disk-space')},
  {name: 'queue', shows: 'Library: Queue', path: at('/library')},
  {name: 'arr', shows: 'Library: an Arr', path: (api) => arr(api)},
  {name: 'arr-item', shows: 'Library: an item of an Arr', path: (api) => arrItem(api)},
  {name: 'rules', shows: 'Rules', path: at('/rules')},
  {name: 'activity', shows: 'Activity', path: at('/activity')},
  {name: 'settings', shows: 'Settings', path: at('/settings')},
  {name: 'servers', shows: 'Settings: Servers', path: at('/settings/servers')},
  {name: 'server', shows: 'Settings: a server', path: (api) => server(api)},
  {name: 'arrs', shows: 'Settings: Arrs', path: at('/settings/arrs')},
  {name: 'users', shows: 'Settings: Users', path: at('/settings/users')},
  {name: 'system', shows: 'Settings: System', path: at('/settings/system')},
  {name: 'move-in', shows: 'Settings: coming from qBitrr', path: at('/settings/move-in')},
  {name: 'account', shows: 'Settings: your account', path: at('/settings/account')},
  {name: 'log-in', shows: 'Log in', path: at('/login'), visitor: 'stranger'},
  {name: 'first-run', shows: 'The first start', path: at('/'), visitor: 'first'},
]

export const looks: Readonly<Record<'light' | 'dark' | 'phone', Looking>> = {
  light: {},
  dark: {theme: 'dark'},
  phone: {screen: 'phone'},
}
export type Look = keyof typeof looks
export const allLooks = Object.keys(looks) as readonly Look[]

export const picturesFolder = join(root, 'docs/pictures')
export const pictureFile = ({name}: Pictured, look: Look) => `${name}-${look}.webp`

/** What the page beside the pictures says. */
export function picturesPage(): string {
  const sections = pictured.map((it) => {
    const of = (look: Look) => `![${it.shows}, ${look}](${pictureFile(it, look)})`
    return `## ${it.shows}\n\n${of('light')}\n\n${of('dark')}\n\n${of('phone')}\n`
  })
  return `# Pictures

Here you see every page of Commodarr, light, dark and on a phone, as its demo has them. \`npm run pictures\` makes the pictures and this page.

${sections.join('\n')}`
}

async function stalled(api: Api): Promise<{server_id: string; info_hash: string}> {
  const {torrents} = await api.list('q=state%3Astalled')
  return known(torrents[0] ?? (await api.list()).torrents[0], 'torrent')
}

async function torrent(api: Api, tab: string): Promise<string> {
  const one = await stalled(api)
  return `/torrents?at=${one.server_id}~${one.info_hash}&tab=${tab}`
}

async function whyPage(api: Api): Promise<string> {
  const one = await stalled(api)
  return `/torrents/${one.server_id}/${one.info_hash}/why`
}

async function server(api: Api): Promise<string> {
  const [first] = await api.servers()
  return `/settings/servers/${known(first, 'server').server_id}`
}

async function arrIds(api: Api): Promise<readonly string[]> {
  return (await api.get<{arrs: readonly {id: string}[]}>('/api/arrs')).arrs.map(({id}) => id)
}

async function arr(api: Api): Promise<string> {
  const [first] = await arrIds(api)
  return `/library/arrs/${known(first, 'Arr')}`
}

interface QueueEntry {
  readonly row: {readonly media: readonly {readonly id: number}[]}
}

async function arrItem(api: Api): Promise<string> {
  for (const id of await arrIds(api)) {
    const {rows} = await api.get<{rows: readonly QueueEntry[]}>(`/api/arrs/${id}/queue`)
    const item = rows.flatMap(({row}) => row.media).find((it) => it.id > 0)?.id
    if (item !== undefined) return `/library/arrs/${id}/items/${item}`
  }
  throw new Error('no Arr of the demo has an item in its queue')
}

function known<T>(it: T | undefined, what: string): T {
  if (it === undefined) throw new Error(`the demo has no ${what}`)
  return it
}
