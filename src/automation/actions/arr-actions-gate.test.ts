import {expect, test} from 'vitest'
import {asDownloadId, type ArrCheck} from '#model/arr.ts'
import type {RunningArr} from '#model/arr-service.ts'
import type {ArrChange, Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {fleetManagerId, type ManagerId} from '#model/manager.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {SearchOwed} from '../manager/messages.ts'
import {ArrActions, failingArr} from './arr-actions-gate.ts'

const key: TorrentKey = {serverId: asServerId('qBit'), hash: asInfoHash('a'.repeat(40))!}
const radarr = 'Radarr' as ManagerId
const decision = {
  ruleId: 'r' as RuleId,
  subject: {kind: 'torrent', key: 'k', serverId: key.serverId},
} as Decision
/** Nothing is given up there that would be announced. */
const untold = () => Promise.reject(new Error('told'))
const action = (name: string) => ({action: name, params: {}}) as WantedAction

const change = {sameAs: '', args: {command: 7}, message: 'Its Arr was told to look.'}

function gate(
  owner: ManagerId,
  mayCommand: boolean,
  cannotErase: string | null = null,
  owed: SearchOwed | null = null,
  done: ArrChange | null = null,
) {
  const [asked, begun, rights]: string[][] = [[], [], []]
  const owing: unknown[] = []
  const arrs = new ArrActions({
    managers: {
      managerOf: () => owner,
      ask: async (id, name, more) => {
        asked!.push(`${id} ${name}${'isDry' in more && more.isDry ? ' dry' : ''}`)
        return {owed, change: done} as never
      },
    },
    searches: {
      make: async (...it) => (
        owing.push(it),
        {outcome: 'postponed', code: 'search_budget', message: 'Later.'}
      ),
      owe: async (...it) => void owing.push(it),
    },
    ruleName: () => 'Stalled',
    authorityOf: () => null,
    searchesOnce: (rule) => rule !== decision.ruleId,
    facts: {torrent: () => key},
    fleet: {get: () => null},
    sagas: {begin: async (kind: string) => void begun!.push(kind)} as never,
    cannotErase: () => cannotErase,
    commandsArr: (rule, arr) => {
      rights!.push(`${rule} ${arr}`)
      return mayCommand
    },
  })
  return {arrs, asked: asked!, begun: begun!, rights: rights!, owing}
}

test('S29 a rule whose owner may not command the Arr does nothing through it, and nothing in its place', async () => {
  const {arrs, asked, begun, rights} = gate(radarr, false)
  for (const name of ['arr.search', 'arr.blocklist', 'failDownload']) {
    expect(await arrs.act(decision, action(name), untold)).toMatchObject({
      outcome: 'refused',
      code: 'forbidden',
    })
  }
  expect([asked, begun]).toEqual([[], []])
  expect(new Set(rights)).toEqual(new Set(['r Radarr']))
})

test('who may command it has it done', async () => {
  const {arrs, asked, begun} = gate(radarr, true)
  expect(await arrs.act(decision, action('arr.search'), untold)).toEqual({outcome: 'done', change: null})
  expect(await arrs.act(decision, action('failDownload'), untold)).toEqual({outcome: 'done', change: null})
  expect([asked, begun]).toEqual([['Radarr ruleAction'], ['failDownload']])
})

test('what no Arr owns is failed without asking for rights on one', async () => {
  const {arrs, begun, rights} = gate(fleetManagerId, false)
  expect(await arrs.act(decision, action('failDownload'), untold)).toEqual({outcome: 'done', change: null})
  expect([begun, rights]).toEqual([['failDownload'], []])
})

test('what its server could not remove is not given up either: nothing is blocklisted', async () => {
  const {arrs, begun, asked} = gate(radarr, true, 'rTorrent cannot delete data.')
  expect(await arrs.act(decision, action('failDownload'), untold)).toEqual({
    outcome: 'refused',
    code: 'not_supported',
    message: 'rTorrent cannot delete data.',
  })
  expect(await arrs.act(decision, action('arr.search'), untold)).toEqual({outcome: 'done', change: null})
  expect([begun, asked]).toEqual([[], ['Radarr ruleAction']])
})

test('what a rule searches waits its turn, what it gave up is owed: each is said who wanted it', async () => {
  const wanted = gate(radarr, true, null, {media: ['movie/1'], failure: '', given: null})
  expect(await wanted.arrs.act({...decision, reason: 'stalled'}, action('arr.search'), untold)).toMatchObject(
    {outcome: 'postponed', code: 'search_budget'},
  )
  const preset = {...decision, ruleId: 'radarr.stall-begins' as RuleId, reason: 'stalled'} as const
  await wanted.arrs.act(preset, action('arr.search'), untold)
  expect(wanted.owing).toEqual([
    ['Radarr', ['movie/1'], {reason: 'stalled', mayRepeat: false}],
    ['Radarr', ['movie/1'], {reason: 'stalled', mayRepeat: true}],
  ])
  const owed = {media: ['movie/1'], failure: 'AA 1', given: {downloadId: asDownloadId('aa')!, grabbedAt: 1}}
  const given = gate(radarr, true, null, owed, change)
  const act = () => given.arrs.act({...decision, reason: 'stalled'}, action('arr.blocklist'), async () => {})
  expect(await act()).toMatchObject({outcome: 'done'})
  // Before the Arr is told: who is killed then knows of it.
  expect(given.asked).toEqual(['Radarr ruleAction dry', 'Radarr ruleAction'])
  expect(given.owing).toEqual([
    [
      ...(['Radarr', owed] as const),
      {by: expect.objectContaining({...key, subject: 'torrent', ruleId: 'r'}), reason: 'stalled'},
    ],
  ])
})

test('what was given up is searched for only when an indexer of its Arr answers', async () => {
  const asked: string[] = []
  let checks: readonly ArrCheck[] = [
    {source: 'IndexerSearchCheck', level: 'error', message: '', wikiUrl: '', holds: 'searches'},
  ]
  const arr = failingArr(
    {
      ask: async (id, name) => void asked.push(`${id} ${name}`) as never,
      of: () => ({checks}) as unknown as RunningArr,
    },
    {otherAt: () => null},
    () => false,
    () => true,
    {ofAny: () => null, isAfter: () => false},
  )
  await expect(arr.search('Radarr', ['movie/1'])).rejects.toMatchObject({
    code: 'arr_not_ready',
    message: expect.stringContaining('IndexerSearchCheck'),
  })
  expect(asked).toEqual([])
  checks = []
  await arr.search('Radarr', ['movie/1'])
  expect(asked).toEqual(['Radarr search'])
})

test.each(['arr.blocklist', 'arr.queueRemove'])(
  '%s is announced before it is done, and is not done where that fails',
  async (name) => {
    const {arrs, asked} = gate(radarr, true, null, null, change)
    const reported: unknown[] = []
    const announce = async (it: ArrChange) => void reported.push([...asked, it.args])
    expect(await arrs.act(decision, action(name), announce)).toMatchObject({outcome: 'done'})
    expect([reported, asked]).toEqual([
      [['Radarr ruleAction dry', {arr: 'Radarr', command: 7}]],
      ['Radarr ruleAction dry', 'Radarr ruleAction'],
    ])
    const full = () => Promise.reject(new CommodarrError('storage_full', 'No room.'))
    expect(await arrs.act(decision, action(name), full)).toMatchObject({
      outcome: 'failed',
      code: 'storage_full',
    })
    expect(asked.at(-1)).toBe('Radarr ruleAction dry')
  },
)

test('what is given up already is neither announced nor done', async () => {
  const {arrs, asked} = gate(radarr, true)
  expect(await arrs.act(decision, action('arr.queueRemove'), untold)).toEqual({outcome: 'done', change: null})
  expect(asked).toEqual(['Radarr ruleAction dry'])
})

test('what an Arr did is reported with which Arr did it', async () => {
  const {arrs} = gate(radarr, true, null, null, change)
  expect(await arrs.act(decision, action('arr.refresh'), untold)).toEqual({
    outcome: 'done',
    change: {...change, args: {arr: 'Radarr', command: 7}},
  })
})
