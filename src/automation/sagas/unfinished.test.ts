import {expect, test} from 'vitest'
import type {CopySagaDeps} from '#automation/copies/copy-commands.ts'
import {copyTorrent} from '#automation/copies/copy-saga.ts'
import {COPY} from '#automation/copies/copy-state.ts'
import type {SagaKind} from '#executor/saga-runner.ts'
import type {Spent} from '#automation-state/spent.ts'
import type {TrashRepository} from '#automation-state/trash-repository.ts'
import {orphanedFiles} from '#orphans/orphan-remover.ts'
import {asServerId, keyIn, keyText, asInfoHash} from '#model/torrent-key.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {RuleCard} from '#registry/rules/standing-rules.ts'
import type {RuleId} from '#model/rule.ts'
import {filesBeside} from '#trash/extra-files.ts'
import {FilesAside, type FilesState, type FilesSubject} from '#trash/files-aside.ts'
import {TorrentAside} from '#trash/recycle-torrent.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {failDownload} from './fail-download.ts'
import {searchAgain} from './search-again.ts'
import {unfinishedActions} from './unfinished.ts'

type FailDeps = Parameters<typeof failDownload>[0]

const clock = new VirtualClock(1)
const key = {serverId: asServerId('A'), hash: asInfoHash('a'.repeat(40))!}
const decision = {
  ruleId: 'stalled' as RuleId,
  subject: {kind: 'torrent', key: keyText(key), serverId: key.serverId},
}
const actor = {name: 'Mara', origin: 'user', userId: null, address: null}
const copied = {ended: 0, bytesEnded: 4, bytes: 9, endsAt: 7}
const actionsOf = (...all: ReturnType<typeof standing>[]) =>
  unfinishedActions(
    all,
    {torrent: ({key: text}) => keyIn(text)},
    {get: () => ({name: 'As it is listed'}) as TorrentRecord},
    {card: () => ({name: 'Stalled downloads'}) as RuleCard},
    {progress: ({serverId}, target) => (serverId === 'A' && target === 'B' ? copied : null)},
  )
const rule = {id: 'stalled', name: 'Stalled downloads'}

/** Of each kind there is, with what it writes down. */
const states: Readonly<Record<string, object>> = {
  failDownload: {
    decision,
    action: {action: 'failDownload', params: {}},
    download: {arrId: 'Films', downloadId: 'D'},
    name: 'As it was listed',
    ruleName: 'Stalled downloads',
    grab: null,
  },
  searchAgain: {arrId: 'Films', by: {actor, subject: 'torrent', ...key, name: 'Film', ruleId: 'stalled'}},
  [COPY]: {key, target: asServerId('B'), name: 'Film', decision, ruleName: 'Stalled downloads'},
  recycle: {id: 't1', key, decision, ruleName: 'Stalled downloads'},
  aside: {id: 't2', key, name: 'Film', actor},
  'extraFiles.recycle': {id: 't3', key, decision, ruleName: 'Stalled downloads', name: 'Film'},
  'orphan.recycle': {id: 't4', verb: 'orphan.delete', actor, serverId: key.serverId, path: '/data/x'},
}

const aside = <S extends FilesState>(of: FilesSubject<S>): SagaKind =>
  new FilesAside(of, {} as never, {} as never, {} as never, {clock} as never).saga()
const kinds: readonly SagaKind[] = [
  failDownload({clock} as unknown as FailDeps),
  searchAgain({} as never, {} as never, clock, async () => {}),
  copyTorrent({clock} as unknown as CopySagaDeps),
  ...new TorrentAside({} as never, {} as never, {} as never, {} as never, {clock} as never).sagas(),
  aside(filesBeside(() => 0)),
  aside(
    orphanedFiles(
      {} as TrashRepository,
      {} as Spent,
      clock,
      () => 0,
      () => null,
    ),
  ),
]

const standing = (kind: string, step: string, state: unknown) => ({
  saga: {
    id: 's',
    kind,
    subject: '',
    step,
    version: 1,
    state,
    startedAt: 0,
    updatedAt: 0,
    endedAt: null,
    outcome: null,
  },
  nextAt: 5,
  until: null,
  why: null,
})

test('of each kind each step has a word, and who ends it', () => {
  const all = kinds.flatMap(({kind, steps}) => Object.keys(steps).map((step) => ({kind, step})))
  const actions = actionsOf(...all.map(({kind, step}) => standing(kind, step, states[kind])))
  expect(actions).toHaveLength(all.length)
})

test.each<[kind: string, step: string, about: object]>([
  [
    'failDownload',
    'look',
    {
      verb: 'failDownload',
      step: 'ask_arr',
      endedBy: 'arr',
      arrId: 'Films',
      name: 'As it was listed',
      key,
      rule,
    },
  ],
  ['searchAgain', 'search', {verb: 'arr.search', arrId: 'Films', key, name: 'Film', rule}],
  [
    COPY,
    'add',
    {verb: COPY, endedBy: 'target', targetId: 'B', serverId: 'A', name: 'Film', rule, progress: copied},
  ],
  [
    'recycle',
    'gone',
    {progress: null, verb: 'recycle', step: 'removal_shown', name: 'As it is listed', trashId: 't1', rule},
  ],
  ['aside', 'move', {verb: 'recycle', step: 'move_files', endedBy: 'disk', trashId: 't2', rule: null}],
  ['extraFiles.recycle', 'move', {verb: 'extraFiles.recycle', trashId: 't3', rule}],
  [
    'orphan.recycle',
    'purge',
    {verb: 'orphan.delete', step: 'delete_files', key: null, name: '/data/x', trashId: 't4'},
  ],
])('what %s is about at its step %s', (kind, step, about) => {
  const [action] = actionsOf(standing(kind, step, states[kind]))
  expect(action).toMatchObject({id: 's', nextAt: 5, ...about})
})

test('what cannot be read is left out', () => {
  expect(actionsOf(standing('failDownload', 'look', undefined))).toEqual([])
  expect(actionsOf(standing('older', 'look', {}))).toEqual([])
})
