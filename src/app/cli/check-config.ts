import {openArr} from '#arr-client/api/open.ts'
import {policyFor} from '#arr-client/ask-arr.ts'
import {addressesOf} from '#clients/outgoing.ts'
import {createClient} from '#clients/kinds/registry.ts'
import type {Config, LoadedConfig} from '#config/config.ts'
import {findingsExitCode, renderFindings} from '#config/edit/render.ts'
import {visible} from '#config/document/findings.ts'
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import {systemClock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {DaemonLogins} from '#links/daemon-logins.ts'
import {TorrentFileReader} from '#request-work/readers.ts'
import {RequestWork} from '#request-work/request-work.ts'
import {tryServer} from '#links/trial.ts'
import {CommodarrError} from '#model/errors.ts'
import {plainReach, type ServerDefinition} from '#model/server.ts'
import {differencesOf} from '#qbitrr-migration/differences/differences.ts'
import {findOldFolder, isInherited} from '#qbitrr-migration/old-folder.ts'
import {renderDifferences} from '#qbitrr-migration/render.ts'
import type {CheckOptions} from './arguments.ts'
import {loadFor} from '../place.ts'

/**
 * `npm start -- check-config`: what will be different for who comes from the older program, then every finding with line
 * and key. @returns the exit code, 1 also when something that is on does not answer
 */
export async function checkConfig(options: CheckOptions): Promise<number> {
  const loaded = await loadFor(options, process.env)
  const connections = options.connect ? await checkConnections(loaded.config) : []
  const texts = [
    ...(await moveInTexts(loaded, options)),
    ...(options.connect ? [renderConnections(connections)] : []),
    renderFindings(loaded, options),
  ]
  process.stdout.write(`${texts.filter((text) => text !== '').join('\n\n')}\n`)
  return connections.every(({ok}) => ok) ? findingsExitCode(loaded) : 1
}

async function moveInTexts(
  loaded: LoadedConfig,
  {color, fromQbitrr}: Pick<CheckOptions, 'color' | 'fromQbitrr'>,
): Promise<readonly string[]> {
  const folder = await findOldFolder(loaded)
  if (!fromQbitrr && !isInherited(loaded, folder)) return []
  const databases = folder?.databases.map(({path}) => path) ?? []
  return [
    renderDifferences(differencesOf(loaded), {color}),
    databases.length > 0
      ? `What qBitrr remembered is taken over at the first start: ${databases.join(', ')}`
      : '',
  ]
}

/* `--connect`: does everything that is on answer, with the address, the user and the key that it is given? */

interface Connection {
  readonly section: string
  readonly ok: boolean
  /** What answered, or why nothing did and what to do. */
  readonly words: string
}

/** A person waits, and no daemon minds so few. */
const AT_A_TIME = 8

/** One log-in at each server, one look at each Arr; nothing is changed anywhere. Never throws for what they answer. */
export async function checkConnections({
  servers,
  arrs,
}: Pick<Config, 'servers' | 'arrs'>): Promise<readonly Connection[]> {
  const gate = new Semaphore(AT_A_TIME)
  const turns = new TimeSlice()
  const logins = new DaemonLogins(systemClock, addressesOf)
  return Promise.all([
    ...servers
      .filter(({enabled}) => enabled)
      .map((definition) => gate.run(() => ofServer(definition, turns, logins))),
    ...arrs.filter(({Managed}) => Managed).map((arr) => gate.run(() => ofArr(arr))),
  ])
}

async function ofServer(
  definition: ServerDefinition,
  turns: TimeSlice,
  logins: DaemonLogins,
): Promise<Connection> {
  // Nothing is added here: its thread is never started.
  const metainfo = new TorrentFileReader(new RequestWork({error: () => {}}), turns)
  const left: string[] = []
  const {ok, version, torrents, detail, advice} = await tryServer(definition, {
    clock: systemClock,
    turns,
    log: {info: (_, text) => void left.push(text)},
    createClient: (wanted) => createClient({...wanted, metainfo}),
    logIn: (connect, signal) => logins.run(definition, 'administrator', connect, signal),
  })
  const words = ok
    ? `${definition.kind} ${version}${torrents === null ? '' : `, ${torrents} torrents`}`
    : [detail, advice].filter((part) => part !== '').join(' ')
  return {section: definition.id, ok, words: [words, ...left].join('; ')}
}

async function ofArr({id, URI, APIKey, SkipTLSVerify, app: kind}: ArrConfig): Promise<Connection> {
  try {
    // An Arr that is on has both, else its section is off; the owner of the file may name any address.
    const address = {url: URI!, apiKey: APIKey!, skipVerify: SkipTLSVerify}
    const port = await openArr(address, policyFor(address.url, plainReach.anywhere))
    const {app, version} = port.status
    await port.close()
    const isMeant = app.toLowerCase() === kind
    return {
      section: id,
      ok: isMeant,
      words: `${app} ${version}${isMeant ? '' : `, and the section is for a ${kind}`}`,
    }
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    return {section: id, ok: false, words: error.message}
  }
}

/** A line each. */
export function renderConnections(connections: readonly Connection[]): string {
  if (connections.length === 0) return 'Connections\n  Nothing is on.'
  const width = Math.max(...connections.map(({section}) => section.length + 2))
  const lines = connections.map(
    ({section, ok, words}) =>
      `  ${ok ? '✔' : '✖'} ${visible(`[${section}]`).padEnd(width)}  ${visible(words)}`,
  )
  return ['Connections', ...lines].join('\n')
}
