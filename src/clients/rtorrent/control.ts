/**
 * The verbs on torrents. Commands go as direct calls: their parameters are never parsed as commands (tried with `$`,
 * quotes, braces and newlines on 0.9.8 and 0.16.17). Source: rTorrent RPC sheet §6.
 */
import type {TorrentVerbs} from '#model/command.ts'
import {BadArgument, NotSupported} from '#model/errors.ts'
import type {Features} from '#model/server.ts'
import {priorities} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {refusePlaceholder} from '../no-category.ts'
import type {CallBounds, TorrentControl} from '../port.ts'
import {askEach, executeEach, type Outcomes} from './batch.ts'
import {readLabels, writeLabels} from './codec.ts'
import {refuseIfNone} from './features.ts'
import {setLocation} from './location.ts'
import {joinLabels, splitLabels, willRun, filePriorityNumber} from './normalise.ts'
import {numberOf, textOf, type RpcCall} from './rpc.ts'
import type {RtorrentSession} from './session.ts'
import {setSpeedLimits} from './speed-limits.ts'
import {addTrackers, editTracker, removeTrackers} from './trackers.ts'

type Hashes = readonly InfoHash[]
type Args<V extends keyof TorrentVerbs> = Readonly<TorrentVerbs[V]>

export class RtorrentControl implements TorrentControl {
  readonly batchLimit = 200
  readonly #session: RtorrentSession
  readonly #features: () => Features

  constructor(session: RtorrentSession, features: () => Features) {
    this.#session = session
    this.#features = features
  }

  /**
   * To rTorrent a torrent is started that a failed check stopped, so that `d.start` does nothing to it: what does not run
   * is stopped first. What is checked right now would lose its check by that [run 0.9.8]. It is written down: rTorrent
   * does so every twenty minutes only, and after a crash it would be as it was before.
   */
  async start(hashes: Hashes, _: Args<'start'>, bounds: CallBounds): Promise<Outcomes> {
    const {answers, outcomes} = await askEach(this.#session, hashes, ['d.is_active', 'd.hashing'], bounds)
    const calls = (hash: InfoHash): RpcCall[] => {
      const [active = 0, hashing = 0] = answers.get(hash)!.map((answer) => numberOf(answer as number))
      const methods = [...(active || hashing ? [] : ['d.stop']), 'd.start', 'd.save_full_session']
      return methods.map((method) => ({method, params: [hash]}))
    }
    return merged(outcomes, await executeEach(this.#session, [...answers.keys()], calls, bounds))
  }

  /** `d.stop` alone keeps the files open. */
  stop(hashes: Hashes, _: Args<'stop'>, bounds: CallBounds): Promise<Outcomes> {
    return this.#each(hashes, ['d.stop', 'd.close', 'd.save_full_session'], bounds)
  }

  recheck(hashes: Hashes, _: Args<'recheck'>, bounds: CallBounds): Promise<Outcomes> {
    return this.#each(hashes, ['d.check_hash'], bounds)
  }

  reannounce(hashes: Hashes, _: Args<'reannounce'>, bounds: CallBounds): Promise<Outcomes> {
    return this.#each(hashes, ['d.tracker_announce'], bounds)
  }

  async setLocation(hashes: Hashes, args: Args<'setLocation'>, bounds: CallBounds): Promise<Outcomes> {
    return setLocation(this.#session, hashes, args, bounds)
  }

  /** By the setting of the server: the label, or the folder (which moves the data). */
  async setCategory(hashes: Hashes, {category}: Args<'setCategory'>, bounds: CallBounds): Promise<Outcomes> {
    const source = this.#session.definition.categorySource
    refusePlaceholder(source, category)
    if (source.from !== 'path') return this.#relabel(hashes, (_, tags) => ({category, tags}), bounds)
    if (category.includes('/') || category === '..' || category === '.') {
      throw new BadArgument(`A category that is a folder cannot be called "${category}".`, {
        field: 'category',
      })
    }
    const root = this.#session.facts.defaultDirectory
    const path = category === '' ? root : `${root}/${category}`
    return setLocation(this.#session, hashes, {path, moveData: true}, bounds)
  }

  async addTags(hashes: Hashes, args: Args<'addTags'>, bounds: CallBounds): Promise<Outcomes> {
    return this.#relabel(hashes, (category, tags) => ({category, tags: [...tags, ...args.tags]}), bounds)
  }

  async removeTags(hashes: Hashes, args: Args<'removeTags'>, bounds: CallBounds): Promise<Outcomes> {
    const keep = (tags: readonly string[]) => tags.filter((tag) => !args.tags.includes(tag))
    return this.#relabel(hashes, (category, tags) => ({category, tags: keep(tags)}), bounds)
  }

  async setTags(hashes: Hashes, {tags}: Args<'setTags'>, bounds: CallBounds): Promise<Outcomes> {
    return this.#relabel(hashes, (category) => ({category, tags}), bounds)
  }

  /** Nothing happens before `d.update_priorities`. */
  setFilePriority(hashes: Hashes, args: Args<'setFilePriority'>, bounds: CallBounds): Promise<Outcomes> {
    const {files} = args
    const priority = filePriorityNumber(args.priority)
    if (priority === -1) return this.#refuse('setFilePriority')
    const bad = files.find((index) => !Number.isInteger(index) || index < 0)
    if (bad !== undefined) throw new BadArgument(`There is no file number ${bad}.`, {field: 'files'})
    return executeEach(
      this.#session,
      hashes,
      (hash) => [
        ...files.map((index) => ({method: 'f.priority.set', params: [`${hash}:f${index}`, priority]})),
        {method: 'd.update_priorities', params: [hash]},
      ],
      bounds,
    )
  }

  addTrackers(hashes: Hashes, args: Args<'addTrackers'>, bounds: CallBounds): Promise<Outcomes> {
    return addTrackers(this.#session, hashes, args, bounds)
  }

  editTracker(hashes: Hashes, args: Args<'editTracker'>, bounds: CallBounds): Promise<Outcomes> {
    return editTracker(this.#session, hashes, args, bounds)
  }

  removeTrackers(hashes: Hashes, args: Args<'removeTrackers'>, bounds: CallBounds): Promise<Outcomes> {
    return removeTrackers(this.#session, hashes, args, bounds)
  }

  /** Refused on private torrents. rTorrent takes any text without a word, so we look at it first. */
  addPeers(hashes: Hashes, {peers}: Args<'addPeers'>, bounds: CallBounds): Promise<Outcomes> {
    const bad = peers.find((peer) => !/^(\[[0-9a-f:.]+\]|\d+(\.\d+){3}):\d{1,5}$/i.test(peer))
    if (bad !== undefined) {
      throw new BadArgument(`"${bad}" is no peer: ip:port or [ip6]:port is wanted.`, {field: 'peers'})
    }
    return executeEach(
      this.#session,
      hashes,
      (hash) => peers.map((peer) => ({method: 'add_peer', params: [hash, peer]})),
      bounds,
    )
  }

  setSpeedLimits(hashes: Hashes, args: Args<'setSpeedLimits'>, bounds: CallBounds): Promise<Outcomes> {
    return setSpeedLimits(this.#session, hashes, args, bounds)
  }

  setPriority(hashes: Hashes, {priority}: Args<'setPriority'>, bounds: CallBounds): Promise<Outcomes> {
    const calls = (hash: InfoHash): RpcCall[] => [
      {method: 'd.priority.set', params: [hash, priorities.indexOf(priority)]},
      {method: 'd.update_priorities', params: [hash]},
    ]
    return executeEach(this.#session, hashes, calls, bounds)
  }

  /**
   * Two settings: the mode it will seed in, which can be set only by a command string (`d.connection_seed.set` cannot be
   * called), and the mode now, which can be set only at rest and follows the first one at the next start
   * [run 0.9.8 and 0.16.17]. Only what ran before, or would after its check, is started again.
   */
  async setSuperSeeding(
    hashes: Hashes,
    {on}: Args<'setSuperSeeding'>,
    bounds: CallBounds,
  ): Promise<Outcomes> {
    const methods = ['d.complete', 'd.state', 'd.is_active', 'd.hashing']
    const {answers, outcomes} = await askEach(this.#session, hashes, methods, bounds)
    const calls = (hash: InfoHash): RpcCall[] => {
      const figures = answers.get(hash)!.map((answer) => numberOf(answer as number))
      const [isComplete, state = 0, isActive = 0, hashing = 0] = figures
      const only = `equal=d.hash=,cat=${hash.toUpperCase()}`
      const command = `d.connection_seed.set=${on ? 'initial_seed' : 'seed'}`
      const now = on ? 'initial_seed' : isComplete ? 'seed' : 'leech'
      return [
        {method: 'd.stop', params: [hash]},
        {method: 'd.close', params: [hash]},
        {method: 'd.multicall.filtered', params: ['', 'main', only, command]},
        {method: 'd.connection_current.set', params: [hash, now]},
        ...(willRun({state, isActive, hashing}) ? [{method: 'd.start', params: [hash]}] : []),
      ]
    }
    return merged(outcomes, await executeEach(this.#session, [...answers.keys()], calls, bounds))
  }

  async setSequential(hashes: Hashes, {on}: Args<'setSequential'>, bounds: CallBounds): Promise<Outcomes> {
    refuseIfNone(this.#features(), 'setSequential')
    const calls = (hash: InfoHash): RpcCall[] => [
      {method: 'd.down.sequential.set', params: [hash, on ? 1 : 0]},
      {method: 'd.update_priorities', params: [hash]},
    ]
    return executeEach(this.#session, hashes, calls, bounds)
  }

  /** A setting of each file. */
  async setFirstLast(hashes: Hashes, {on}: Args<'setFirstLast'>, bounds: CallBounds): Promise<Outcomes> {
    refuseIfNone(this.#features(), 'setFirstLast')
    const {answers, outcomes} = await askEach(this.#session, hashes, ['d.size_files'], bounds)
    const verb = on ? 'enable' : 'disable'
    const calls = (hash: InfoHash): RpcCall[] => {
      const count = numberOf(answers.get(hash)![0] as number)
      const files = Array.from({length: count}, (_, index) => `${hash}:f${index}`)
      return [
        ...files.flatMap((file) => [
          {method: `f.prioritize_first.${verb}`, params: [file]},
          {method: `f.prioritize_last.${verb}`, params: [file]},
        ]),
        {method: 'd.update_priorities', params: [hash]},
      ]
    }
    for (const hash of answers.keys()) this.#session.firstLastAsked.add(hash)
    return merged(outcomes, await executeEach(this.#session, [...answers.keys()], calls, bounds))
  }

  forceStart(): Promise<Outcomes> {
    return this.#refuse('forceStart')
  }

  rename(): Promise<Outcomes> {
    return this.#refuse('rename')
  }

  renameFile(): Promise<Outcomes> {
    return this.#refuse('renameFile')
  }

  renameFiles(): Promise<Outcomes> {
    return this.#refuse('renameFiles')
  }

  renameFolder(): Promise<Outcomes> {
    return this.#refuse('renameFolder')
  }

  addWebSeeds(): Promise<Outcomes> {
    return this.#refuse('addWebSeeds')
  }

  removeWebSeeds(): Promise<Outcomes> {
    return this.#refuse('removeWebSeeds')
  }

  setShareLimits(): Promise<Outcomes> {
    return this.#refuse('setShareLimits')
  }

  moveInQueue(): Promise<Outcomes> {
    return this.#refuse('moveInQueue')
  }

  setAutoManaged(): Promise<Outcomes> {
    return this.#refuse('setAutoManaged')
  }

  setComment(): Promise<Outcomes> {
    return this.#refuse('setComment')
  }

  #each(hashes: Hashes, methods: readonly string[], bounds: CallBounds): Promise<Outcomes> {
    return executeEach(
      this.#session,
      hashes,
      (hash) => methods.map((method) => ({method, params: [hash]})),
      bounds,
    )
  }

  async #relabel(hashes: Hashes, change: Relabel, bounds: CallBounds): Promise<Outcomes> {
    return relabel(this.#session, hashes, change, bounds)
  }

  async #refuse(verb: keyof TorrentVerbs): Promise<never> {
    throw new NotSupported(this.#features()[verb].reason, {verb})
  }
}

export type Relabel = (
  category: string,
  tags: readonly string[],
) => {readonly category: string; readonly tags: readonly string[]}

/** Reads each label, changes it and writes it; rTorrent keeps it in memory until the session is saved. */
export async function relabel(
  session: RtorrentSession,
  hashes: Hashes,
  change: Relabel,
  bounds: CallBounds,
): Promise<Outcomes> {
  const source = session.definition.categorySource
  const {answers, outcomes} = await askEach(session, hashes, ['d.custom1'], bounds)
  const calls = (hash: InfoHash): RpcCall[] => {
    const old = readLabels(textOf(answers.get(hash)![0] as string))
    const before = splitLabels(old, source, () => '')
    const after = change(before.category, before.tags)
    return labelCalls(hash, joinLabels(after.category, [...new Set(after.tags)], source))
  }
  return merged(outcomes, await executeEach(session, [...answers.keys()], calls, bounds))
}

function labelCalls(hash: InfoHash, labels: readonly string[]): RpcCall[] {
  return [
    {method: 'd.custom1.set', params: [hash, writeLabels(labels)]},
    {method: 'd.save_full_session', params: [hash]},
  ]
}

function merged(...parts: readonly Outcomes[]): Outcomes {
  const all: Outcomes = new Map()
  for (const part of parts) for (const [hash, outcome] of part) all.set(hash, outcome)
  return all
}
