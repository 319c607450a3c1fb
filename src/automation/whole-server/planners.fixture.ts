/** A server and its torrents for planners, on a clock that a test moves. */
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import {subjectWith} from '../manager/torrent-subject.fixture.ts'

export function serverWith(changes: Partial<ManagedServer> = {}): ManagedServer {
  return subjectWith({server: changes}).server
}

/** A download; `name` is a digit of its hash. */
export function downloadWith(name: string, changes: Partial<ManagedRow> = {}): ManagedRow {
  const {row} = subjectWith({
    row: {complete: false, state: 'downloading', tags: [], forceStart: false, ...changes},
  })
  return {...row, key: {...row.key, hash: asInfoHash(name.repeat(40))!}}
}

/** The digits of those that decisions are about. */
export function named(decisions: readonly {readonly subject: {readonly key: string}}[]): string {
  return decisions.map(({subject}) => subject.key.at(-1)).join('')
}
