import {expect, test} from 'vitest'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {putSetting} from '#store/repositories/settings.ts'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {PersonNotices} from './person-notices.ts'

async function harness() {
  const memory = await memoryHarness()
  const logged: string[] = []
  const {
    clock,
    parts: {store},
  } = memory
  const log = {error: (_about: object, text: string) => void logged.push(text)}
  return {memory, clock, logged, open: () => PersonNotices.open(store, clock, log)}
}

const byRule = (rule: string, message = 'It is here') =>
  ({code: 'rule_notifies', ruleId: rule as RuleId, serverId: asServerId('A'), name: rule, message}) as const
const onServer = {
  code: 'private_server',
  ruleId: null,
  serverId: asServerId('A'),
  name: 'A',
  message: 'Bo',
} as const

test('the last of each rule and server is reported, over a restart, and written together', async () => {
  const {open, memory} = await harness()
  const notices = await open()
  for (let n = 0; n < 2_000; n++) notices.add(byRule('one', `It is here: ${n}`))
  notices.add(onServer)
  notices.add(byRule('two'))
  await notices.settled()
  expect(memory.writes).toBeLessThanOrEqual(2)
  const reported = ['It is here: 1999', 'Bo', 'It is here']
  expect(notices.list().map(({message}) => message)).toEqual(reported)
  const again = await open()
  expect(again.list()).toEqual(notices.list())
  again.add(byRule('one', 'Once more'))
  expect(again.list().map(({message}) => message)).toEqual(['Bo', 'It is here', 'Once more'])
})

test('what is a month old is over, and there is an end of how many are kept', async () => {
  const {open, clock} = await harness()
  const notices = await open()
  notices.add(onServer)
  await clock.advance(30 * DAY * 1_000)
  expect(notices.list()).toEqual([])
  for (let n = 0; n < 60; n++) notices.add(byRule(`r${n}`))
  expect(notices.list()).toHaveLength(50)
  await notices.settled()
})

test('what could not be written is reported anyway, and what cannot be read is over', async () => {
  const {open, memory, logged} = await harness()
  const notices = await open()
  memory.setFault(away)
  notices.add(onServer)
  await notices.settled()
  expect([notices.list().length, logged]).toEqual([1, ['notices could not be written']])
  memory.setFault(null)
  await memory.store.write((db) => putSetting(db, 'notices', [{id: 1}], 1))
  expect((await open()).list()).toEqual([])
})
