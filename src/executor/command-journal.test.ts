import {expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import {CommandJournal} from './command-journal.ts'

const line = {id: '1', phase: 'sending'} as JournalEntry

function harness(fails: boolean) {
  const heard: string[] = []
  const commands = new CommandJournal(
    {
      async write() {
        if (fails) throw new Error('The disk is full.')
        heard.push('on disk')
      },
    },
    {
      take: ([entry]) => void heard.push(`removals ${entry!.id}`),
      takeUnwritten: ([entry]) => void heard.push(`removals, unwritten ${entry!.id}`),
    },
    {take: ([entry]) => void heard.push(`effects ${entry!.id}`)},
  )
  commands.onWritten(([entry]) => heard.push(`rules ${entry!.id}`))
  return {commands, heard}
}

test('a line is on disk before any listener hears of it', async () => {
  const {commands, heard} = harness(false)
  await commands.write([line])
  expect(heard).toEqual(['on disk', 'rules 1', 'removals 1', 'effects 1'])
})

test('what could not be written is waited for, and nothing else follows from it', async () => {
  const {commands, heard} = harness(true)
  await expect(commands.write([line])).rejects.toThrow('full')
  expect(heard).toEqual(['removals, unwritten 1', 'effects 1'])
})
