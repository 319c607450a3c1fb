import {expect, test} from 'vitest'
import type {Renamed} from '#model/command.ts'
import {CommandRefused, ServerFault} from '#model/errors.ts'
import {renameInTurn} from './rename-in-turn.ts'

const files = ['a', 'b', 'c'].map((name): Renamed => ({from: name, to: name.toUpperCase()}))

/** A server with these files. @param fails what it says of the file of that name */
function server(fails: (file: Renamed, calls: number) => Error | null = () => null) {
  const names = new Set(['a', 'b', 'c'])
  let calls = 0
  return {
    names,
    rename: async (file: Renamed) => {
      const error = fails(file, ++calls)
      if (error) throw error
      if (!names.delete(file.from)) throw new CommandRefused('No such file.')
      names.add(file.to)
    },
  }
}

test('all files have their new names', async () => {
  const {names, rename} = server()
  await renameInTurn(files, rename)
  expect([...names]).toEqual(['A', 'B', 'C'])
})

test('what is refused is named, and those before it have their former names again', async () => {
  const {names, rename} = server(({from}) => (from === 'c' ? new CommandRefused('It is taken.') : null))
  await expect(renameInTurn(files, rename)).rejects.toMatchObject({
    code: 'command_refused',
    message: '“c”: It is taken. No file has another name now.',
  })
  expect([...names].toSorted()).toEqual(['a', 'b', 'c'])
})

test('what cannot be renamed back is counted', async () => {
  const {names, rename} = server(({from}) => ('cA'.includes(from) ? new CommandRefused('No.') : null))
  await expect(renameInTurn(files, rename)).rejects.toThrow('“c”: No. 1 of 3 have their new name.')
  expect([...names].toSorted()).toEqual(['A', 'b', 'c'])
})

test('when the server goes away in the middle it is unknown which names there are', async () => {
  const away = new ServerFault('server_unreachable', 'connection_reset', 'Nothing answers.')
  const {names, rename} = server((_, calls) => (calls === 2 ? away : null))
  await expect(renameInTurn(files, rename)).rejects.toMatchObject({
    code: 'server_unreachable',
    message: '1 of 3 files were renamed, then: Nothing answers.',
    outcomeUnknown: true,
  })
  expect([...names]).toEqual(['b', 'c', 'A'])
  const before = server(() => away)
  await expect(renameInTurn(files, before.rename)).rejects.toMatchObject({outcomeUnknown: false})
})
