import {expect, test} from 'vitest'
import {NotSupported} from '#model/errors.ts'
import {clientChanges} from './client-changes.ts'

/** As an Arr tells of a client with these settings. */
function reported(fields: Readonly<Record<string, unknown>>) {
  return {id: 1, fields: Object.entries(fields).map(([name, value]) => ({order: 1, name, value}))}
}

function changed(fields: Readonly<Record<string, unknown>>, change: Parameters<typeof clientChanges>[1]) {
  const after = clientChanges(reported(fields), change)['fields'] as {name: string; value: unknown}[]
  return Object.fromEntries(after.map(({name, value}) => [name, value]))
}

for (const [what, before, after] of [
  ['qBittorrent', {host: 'box', initialState: 2}, {host: 'box', initialState: 0}],
  ['qBittorrent in words', {initialState: 'stop'}, {initialState: 'start'}],
  ['Transmission and Deluge', {addPaused: true}, {addPaused: false}],
  ['rTorrent', {addStopped: true}, {addStopped: false}],
] as const) {
  test(`${what}: downloads begin on their own, and nothing else changes`, () => {
    expect(changed(before, {addsStopped: false})).toEqual(after)
  })
}

for (const name of ['movieCategory', 'tvCategory', 'musicCategory', 'category']) {
  test(`the category is ${name}, and not that after the import`, () => {
    const imported = {movieImportedCategory: 'done', password: '********'}
    expect(changed({...imported, [name]: 'old'}, {category: 'films'})).toEqual({...imported, [name]: 'films'})
  })
}

test('without a change of fields none are sent', () => {
  expect(clientChanges(reported({movieCategory: 'films'}), {removesCompleted: false})).toEqual({
    removeCompletedDownloads: false,
  })
})

test('a client that has no such setting is reported', () => {
  expect(() => clientChanges(reported({host: 'box'}), {addsStopped: false})).toThrow(NotSupported)
  expect(() => clientChanges(reported({host: 'box'}), {category: 'films'})).toThrow('no category')
})
