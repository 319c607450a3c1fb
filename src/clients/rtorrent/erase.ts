/**
 * Removing torrents, with or without their data. Opens for `links/dispatcher.ts` alone.
 *
 * rTorrent deletes no data by itself (`d.erase` keeps it), so we do, and only what we are sure of. Where a handler of
 * somebody else might delete it on an erase (`erase-handlers.ts`), nothing is erased at all:
 *
 *   look (places of all torrents, content, roots, what would be deleted) ── may refuse, nothing has happened yet
 *   stop, close ── look again: the same? ── erase ── delete the listed files, then folders that are empty
 *
 * Guards, each with a test: below a download root and not the root, no way out of it through links, no other torrent
 * of the server at, in or around it, the files are the ones listed, a magnet's row has no data at all.
 */
import type {Approved, CommandResult, RemovalCommand} from '#model/command.ts'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {askEach, done, failed, executeAndNote, executeEach, type Outcomes} from './batch.ts'
import type {RtorrentClient} from './client.ts'
import {readContent, readPlaces, refuseShared, type Content} from './content.ts'
import {leftBehind, plannerFor, type Deletion, type Planner} from './deletion.ts'
import {markedWords, readEraseHandlers} from './erase-handlers.ts'
import {textOf, valueOf} from './rpc.ts'
import type {RtorrentSession} from './session.ts'

/**
 * @returns one outcome per hash; `refused` = nothing was done to it
 * @throws {ServerFault} before anything was done
 */
export async function eraseRtorrent(
  client: RtorrentClient,
  hashes: readonly InfoHash[],
  command: Approved<RemovalCommand>,
  bounds: CallBounds,
): Promise<ReadonlyMap<InfoHash, CommandResult>> {
  const {session} = client
  const outcomes = await keptByHandlers(session, hashes, bounds)
  const open = hashes.filter((hash) => !outcomes.has(hash))
  if (command.verb === 'remove') {
    const calls = (hash: InfoHash) => endCalls(hash, ['d.stop', 'd.close', 'd.erase'])
    return new Map([...outcomes, ...(await executeEach(session, open, calls, bounds))])
  }
  let plan: Planner
  try {
    plan = plannerFor(session)
  } catch (error) {
    for (const hash of open) outcomes.set(hash, failed(error, 'refused'))
    return outcomes
  }
  const places = await readPlaces(session, bounds)
  for (const hash of open) {
    const outcome = await eraseOne(session, hash, plan, places, bounds)
    outcomes.set(hash, outcome)
    if (outcome.outcome === 'done') places.delete(hash)
  }
  return outcomes
}

/** Those that stay, as erasing them might delete data that nobody looked at. @throws {ServerFault} */
async function keptByHandlers(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
): Promise<Outcomes> {
  const handlers = await readEraseHandlers(session, bounds)
  const refused = (message: string): CommandResult => ({outcome: 'refused', code: 'not_supported', message})
  if (handlers.are === 'dangerous') return new Map(hashes.map((hash) => [hash, refused(handlers.why)]))
  if (handlers.are === 'harmless') return new Map()
  const {answers, outcomes} = await askEach(session, hashes, ['d.custom5'], bounds)
  for (const [hash, [mark]] of answers)
    if (textOf(valueOf(mark, {hash})) !== '') outcomes.set(hash, refused(markedWords))
  return outcomes
}

type Places = ReadonlyMap<InfoHash, string>

async function eraseOne(
  session: RtorrentSession,
  hash: InfoHash,
  plan: Planner,
  places: Places,
  bounds: CallBounds,
): Promise<CommandResult> {
  let content: Content
  try {
    content = await readContent(session, hash, bounds)
    if (!content.isMeta) await look(content, plan, places, bounds)
  } catch (error) {
    return failed(error, error instanceof ServerFault ? 'failed' : 'refused')
  }
  try {
    const deletion = await endIt(session, content, plan, places, bounds)
    const left = (await deletion?.carryOut(bounds)) ?? []
    return left.length === 0 ? done : failed(leftBehind(content, left))
  } catch (error) {
    if (error instanceof ServerFault && error.outcomeUnknown) {
      return {outcome: 'unconfirmed', code: error.code, message: error.message}
    }
    return failed(error)
  }
}

async function look(content: Content, plan: Planner, places: Places, bounds: CallBounds): Promise<Deletion> {
  refuseShared(content, places)
  return plan(content, bounds)
}

/** Stops, looks again and erases. @returns what to delete; `null` for a magnet: its row has no data of its own */
async function endIt(
  session: RtorrentSession,
  before: Content,
  plan: Planner,
  places: Places,
  bounds: CallBounds,
): Promise<Deletion | null> {
  const {hash} = before
  await executeAll(session, hash, ['d.stop', 'd.close'], bounds)
  try {
    const now = await readContent(session, hash, bounds)
    if (!isSame(before, now)) {
      throw new CommodarrError(
        'changed_meanwhile',
        'Its data changed its place meanwhile: nothing is deleted.',
        {hash},
      )
    }
    const deletion = now.isMeta ? null : await look(now, plan, places, bounds)
    await executeAll(session, hash, ['d.erase'], bounds)
    return deletion
  } catch (error) {
    // It was not erased, as far as we know: it goes on as it was. A lost answer is not repeated.
    if (before.isRunning && !(error instanceof ServerFault))
      await executeAll(session, hash, ['d.start'], bounds)
    throw error
  }
}

async function executeAll(
  session: RtorrentSession,
  hash: InfoHash,
  methods: readonly string[],
  bounds: CallBounds,
): Promise<void> {
  const calls = endCalls(hash, methods)
  for (const result of await executeAndNote(session, [hash], calls, bounds)) valueOf(result, {hash})
}

function endCalls(hash: InfoHash, methods: readonly string[]): {method: string; params: string[]}[] {
  return methods.map((method) => ({method, params: [hash]}))
}

function isSame(one: Content, other: Content): boolean {
  const files = ({files}: Content): string => files.map(({path, size}) => `${size} ${path}`).join('\n')
  return one.path === other.path && one.isMeta === other.isMeta && files(one) === files(other)
}
