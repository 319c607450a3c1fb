/**
 * Eve, who sets Commodarr up, and her brother Bo: what the stories about people begin with. Two servers are declared by
 * the file, one of them for Eve alone; she adds another, and he adds his own. All of it by the API.
 */
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {Api, isWell, sectionsOf, until, type Answer} from './program.fixture.ts'

export const eveIs = {username: 'Eve', password: 'a warm summer night'}
export const boIs = {username: 'Bo', password: 'brothers, not in arms'}

/** Names that tell whose they are, so that a leak shows as a word. */
const servers = [
  {name: 'qBit-Evesown', kind: 'qbittorrent', version: '5.1.0', count: 20, seed: 1},
  {name: 'rTorrent-Shared', kind: 'rtorrent', version: '0.9.8', transport: 'http', count: 15, seed: 2},
  {name: 'Evesden', kind: 'qbittorrent', version: '5.3.0', count: 10, seed: 3},
  {name: 'Boshouse', kind: 'transmission', version: '4.1.4', count: 12, seed: 4},
] as const
const ofTheFile: ReadonlySet<string> = new Set(['qBit-Evesown', 'rTorrent-Shared'])
export type Added = 'Evesden' | 'Boshouse'

export interface FleetHarness {
  readonly eve: Api
  readonly bo: Api
  /** Bo's key, which reads and commands. */
  readonly key: Api
  readonly boId: string
  /** Of the servers that they added. */
  readonly ids: Readonly<Record<Added, string>>
}

export function startHouseholdServers(): Promise<FleetProcess> {
  return startFleetProcess({servers})
}

/** A configuration with the servers of the file, where everybody has to log in. @returns arguments of the program */
export function configured(folder: string, fleet: FleetProcess): readonly string[] {
  const declared = fleet.definitions.filter(({id}) => ofTheFile.has(id))
  writeFileSync(join(folder, 'config.toml'), sectionsOf(declared, 'Host = "127.0.0.1"'))
  return ['--config', join(folder, 'config.toml'), '--data', join(folder, 'data'), '--port', '0']
}

/** Everything is set up, all servers are online, and nothing is on its way. */
export async function moveIn(api: Api, fleet: FleetProcess): Promise<FleetHarness> {
  const eve = api.as()
  await eve.setUp(eveIs)
  await share(eve, 'qBit-Evesown', [])
  const bo = await invited(eve, boIs)
  const boId = await userId(eve, 'Bo')
  await allowAt(eve, fleet, boId, 'Boshouse')
  await share(eve, 'rTorrent-Shared', [{user_id: boId, level: 'control'}])
  const ids = {
    Evesden: await addServer(eve, fleet, 'Evesden'),
    Boshouse: await addServer(bo, fleet, 'Boshouse'),
  }
  const made = await done<{token: string}>(
    bo.send('POST', '/api/keys', {name: 'phone', scopes: ['read', 'control'], password: boIs.password}),
  )
  await done(
    bo.send('POST', '/api/views', {name: 'Stuck', definition: {q: 'state:stalled', sort: ['-added_at']}}),
  )
  await done(bo.send('PATCH', '/api/preferences', {theme: 'dark'}))
  await eve.online()
  return {eve, bo, boId, ids, key: api.as({'x-api-token': made.token})}
}

/** The same people, where the program listens now. */
export function at({url}: Api, harness: FleetHarness): FleetHarness {
  const moved = ({headers}: Api) => Object.assign(new Api(url), {headers})
  return {...harness, eve: moved(harness.eve), bo: moved(harness.bo), key: moved(harness.key)}
}

/** What an accepted request is answered. @throws when it is refused */
export async function done<T>(answer: Promise<Answer>): Promise<T> {
  const {status, body} = await answer
  if (status < 200 || status > 299) throw new Error(`answered ${status}: ${JSON.stringify(body)}`)
  return body as T
}

/** Makes somebody a member by an invitation. */
export async function invited(by: Api, person: typeof boIs): Promise<Api> {
  const made = await done<{token: string}>(by.send('POST', '/api/invitations', {role: 'member'}))
  const guest = by.as()
  await done(guest.enter('/api/invitations/accept', {...person, token: made.token}))
  return guest
}

export async function userId(asked: Api, name: string): Promise<string> {
  const {users} = await asked.get<{users: readonly {id: string; name: string}[]}>('/api/users')
  return users.find((it) => it.name === name)!.id
}

/** Lets a member have a server at the address of this simulated one, which is on this machine. */
export async function allowAt(by: Api, fleet: FleetProcess, user: string, name: string): Promise<void> {
  const {url} = fleet.servers.find((it) => it.name === name)!
  const {hostname: address, port} = new URL(url)
  const all = [{user_id: user, address, port: Number(port)}]
  await done(by.send('PATCH', '/api/settings', {member_addresses: all}))
}

export interface Share {
  readonly user_id: string
  readonly level: 'view' | 'control'
}

/** With these and nobody else. */
export async function share(by: Api, server: string, users: readonly Share[]): Promise<void> {
  await done(by.send('PUT', `/api/servers/${server}/sharing`, {everyone: null, users}))
}

/** How a simulated server is reached, as a request says it. */
export function reachOf(fleet: FleetProcess, name: string): object {
  const {kind, url, username, password} = fleet.servers.find((it) => it.name === name)!
  return {kind, url, username, password}
}

/** @returns its id */
export async function addServer(by: Api, fleet: FleetProcess, name: Added, change = {}): Promise<string> {
  const asked = {...reachOf(fleet, name), name, ...change}
  return (await done<{id: string}>(by.send('POST', '/api/servers', asked))).id
}

/** Waits until the server of this id has all of its torrents. */
export async function whole(asked: Api, id: string, torrents: number): Promise<void> {
  await until(
    () => asked.server(id),
    (it) => isWell(it.health) && it.torrents === torrents,
  )
}
