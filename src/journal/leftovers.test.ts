import {expect, test} from 'vitest'
import type {JournalEntry} from './entry.ts'
import {JournalLeftovers} from './journal.ts'

const open = {id: '1'} as JournalEntry

function harness() {
  const world = {now: 1_000, fails: false, asked: [] as string[]}
  const settle = async (how: string) => {
    world.asked.push(how)
    if (world.fails) throw new Error('The disk is full.')
    return {expired: [], unconfirmed: [open]}
  }
  const leftovers = new JournalLeftovers(
    {
      settleLeftovers: (now) => settle(`all at ${now}`),
      settleBefore: (before, now) => settle(`before ${before} at ${now}`),
    },
    {now: () => world.now},
  )
  return {world, leftovers}
}

test('at the start all that is open is of an earlier life', async () => {
  const {leftovers, world} = harness()
  const heard: JournalEntry[] = []
  leftovers.onUnconfirmed((entries) => heard.push(...entries))
  await leftovers.settle()
  expect([world.asked, heard]).toEqual([['all at 1000'], [open]])
})

test('what could not be written at the start is settled later, without what this life began since', async () => {
  const {leftovers, world} = harness()
  const heard: JournalEntry[] = []
  leftovers.onUnconfirmed((entries) => heard.push(...entries))
  world.fails = true
  await expect(leftovers.settle()).rejects.toThrow('full')
  expect(heard).toEqual([])
  world.fails = false
  world.now = 9_000
  await leftovers.settle()
  expect([world.asked, heard]).toEqual([['all at 1000', 'before 1000 at 9000'], [open]])
})
