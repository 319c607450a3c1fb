/**
 * The fourth stage of the program: what sends commands to servers, for people and for rules, and waits for their ends.
 */
import {fetchTorrent} from '#clients/fetch-torrent.ts'
import type {MetainfoReader} from '#clients/port.ts'
import {
  additionDefaults,
  foldersIn,
  mayEndFiles,
  preferenceNeeds,
  setsLimits,
} from '#clients/kinds/registry.ts'
import {addressesIn, objectionToAddress} from '#clients/typed-addresses.ts'
import {CommandJournal} from '#executor/command-journal.ts'
import {CommandExecutor, type TypedAddresses} from '#executor/executor.ts'
import {LateEffects, type ServerLists} from '#executor/late-effects.ts'
import {orderedAs} from '#executor/guards/ordered-as.ts'
import {UnconfirmedRemovals} from '#executor/unconfirmed-removals.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {personOf} from '#lib/fair-turns.ts'
import {CommandDispatcher} from '#links/dispatcher.ts'
import {StrangeFiles} from '#lookups/strange-files.ts'
import type {Reach} from '#model/server.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {waits} from '#model/waits.ts'
import {filesIn, identityOf} from '#request-work/additions.ts'
import type {AppDeps, Base} from './compose-base.ts'
import type {Servers} from './compose-servers.ts'
import type {Standing} from './compose-standing.ts'

/** @throws {StorageFault} */
export async function openCommands(parts: AppDeps, base: Base, its: Servers, standing: Standing) {
  const {log} = parts
  const {clock, people, metainfo, fleet, memory, journal, leftovers, write, diskPatience} = base
  const {links, details, ownership, moveSpace, folders, usable, diskOf, presence} = its
  const {directory} = people
  const isPinned = (key: TorrentKey) => (memory.torrents.of(key)?.pinnedAt ?? null) !== null
  const asOf = (key: TorrentKey) => {
    const torrent = fleet.get(key)
    return torrent && orderedAs(torrent, isPinned(key), standing.ignoredTags())
  }
  const leftUnconfirmed = await journal.unconfirmedSince(clock.now() - waits.removalAsked.ms)
  const lists: ServerLists = {presence, readNow: (id, hashes) => links.readNow(id, hashes)}
  const unconfirmed = new UnconfirmedRemovals(lists, fleet, write, clock, log, leftUnconfirmed)
  const lateEffects = new LateEffects(lists, fleet, write, clock, log, leftUnconfirmed)
  leftovers.onUnconfirmed((entries) => {
    unconfirmed.take(entries)
    lateEffects.take(entries)
  })
  const commandJournal = new CommandJournal(journal, unconfirmed, lateEffects)
  const executor = new CommandExecutor({
    folders,
    space: moveSpace,
    addresses: typedAddresses(() => directory.reachForTyped(), metainfo),
    refusals: people.refusals,
    fleet,
    gate: new CommandDispatcher(usable, () => links.standstills().count),
    objection: (id) => links.objection(id),
    server: (id) => links.get(id),
    readNow: (id, hashes) => links.readNow(id, hashes),
    freshness: links,
    ownership,
    movesByCategory: (id) =>
      directory.definitions().find((it) => it.id === id)?.categorySource.from === 'path',
    filesIn: (source, id, {actor}) => filesIn(source, id, (bytes) => metainfo.read(bytes, personOf(actor))),
    identityOf: (source, {actor}) => identityOf(source, (bytes) => metainfo.read(bytes, personOf(actor))),
    asOf,
    settingNeeds: preferenceNeeds,
    foldersIn,
    mayEndFiles,
    setsLimits,
    additionDefaults,
    settingsNow: details.settingsNow,
    limitEnds: details.limitEnds,
    strangeFiles: new StrangeFiles(fleet, diskOf, details.torrents, diskPatience),
    removals: {objection: (key, but) => unconfirmed.objection(key, but)},
    write: (entries) => commandJournal.write(entries),
    clock,
    log,
  })
  return {
    asOf,
    unconfirmed,
    lateEffects,
    commandJournal,
    executor,
    /** Of what was taken back no end is written any more. */
    writeUndone: async (entries: readonly JournalEntry[]): Promise<void> => {
      await journal.write(entries)
      executor.take(entries)
      lateEffects.take(entries)
    },
  }
}

export type Commands = Awaited<ReturnType<typeof openCommands>>

/** How far what somebody types may lead servers that he does not manage, and us in their place. */
function typedAddresses(reach: () => Reach, metainfo: MetainfoReader): TypedAddresses {
  return {
    of: (source, {actor}) => addressesIn(source, (bytes) => metainfo.read(bytes, personOf(actor))),
    objection: (address) => objectionToAddress(address, reach()),
    async fetch(url, wish) {
      const fetched = await fetchTorrent({...wish, url, reach: reach()})
      return 'magnet' in fetched ? fetched : {...fetched, fileName: 'fetched.torrent'}
    },
  }
}
