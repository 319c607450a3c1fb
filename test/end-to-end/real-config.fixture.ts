/** The config.toml of a house of real daemons: its servers, its Arrs, and what holds for the whole of it. */
import type {LabDaemon} from '#lab/daemons/daemon.ts'
import type {PathMapping} from '#model/server.ts'
import type {ArrWish, ServerWish} from './real-wishes.fixture.ts'

export interface RealConfigDeps {
  /** By the names of their sections. */
  readonly daemons: ReadonlyMap<string, LabDaemon>
  readonly servers: readonly ServerWish[]
  readonly arrs: readonly ArrWish[]
  readonly wayTo: (arr: string) => {readonly url: string; readonly apiKey: string}
  /** Announce URL. */
  readonly tracker: string
  /** Of servers, by the names of their sections; default: what we see of each of them. */
  readonly mappings?: ReadonlyMap<string, readonly PathMapping[]> | undefined
}

export function realConfig({daemons, servers, arrs, wayTo, tracker, mappings}: RealConfigDeps): string {
  const sections = [
    general(tracker),
    ...servers.map((wish) => serverSection(wish, daemons.get(wish.id)!, mappings?.get(wish.id))),
    ...arrs.map((arr) => arrSection(arr, wayTo(arr.id))),
  ]
  return sections.join('\n\n')
}

/**
 * Threads begin and die by the clock of the world, which is too fast for them. There is no internet around this house: a
 * tracker stands for it.
 *
 * @param tracker announce URL
 */
function general(tracker: string): string {
  return `[Settings]
Tagless = false
ProcessSpawnTimeoutSeconds = 36000
MaxProcessRestarts = 10000
IgnoreTorrentsYoungerThan = 0
PingURLS = [${quoted(new URL(tracker).origin)}]

[WebUI]
AuthDisabled = true`
}

function serverSection(
  {id, shares = []}: ServerWish,
  {url, username, password, definition}: LabDaemon,
  wished?: readonly PathMapping[],
): string {
  const shared = shares.map((folder) => ({server: folder, ours: folder}))
  const mappings = (wished ?? [...definition.paths, ...shared]).map(
    ({server, ours}) => `${quoted(server)} = ${quoted(ours)}`,
  )
  const login = [
    ...(username === '' ? [] : [`UserName = ${quoted(username)}`]),
    ...(password === '' ? [] : [`Password = ${quoted(password)}`]),
  ]
  return [`[${id}]`, `Url = ${quoted(url)}`, ...login, `PathMappings = {${mappings.join(', ')}}`].join('\n')
}

function arrSection({id, config}: ArrWish, {url, apiKey}: ReturnType<RealConfigDeps['wayTo']>): string {
  const own = [`URI = ${quoted(url)}`, `APIKey = ${quoted(apiKey)}`, `Category = ${quoted(categoryOf(id))}`]
  return [`[${id}]`, 'Managed = true', ...own, config.replaceAll('[Torrent', `[${id}.Torrent`)].join('\n')
}

/** @param arr as its section is called */
export function categoryOf(arr: string): string {
  return arr.toLowerCase()
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
