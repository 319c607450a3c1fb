import {expect, test} from 'vitest'
import type {QueueRow} from '#model/arr.ts'
import type {ArrPort} from './api/port.ts'
import type {ArrSetup} from './discover.ts'
import {applyFix, inverseOf} from './doctor-finding.ts'

function portWith(clients: readonly string[]) {
  const changed: unknown[] = []
  const rows = clients.map((client, id) => ({id, client, downloadId: null}) as Partial<QueueRow> as QueueRow)
  const port: Pick<ArrPort, 'queue' | 'changeDownloadClient'> = {
    queue: async () => rows,
    changeDownloadClient: async (...asked) => void changed.push(asked),
  }
  return {port: port as ArrPort, changed}
}

const fix = {what: 'client', id: 7, name: 'qbit', change: {category: 'films'}} as const

test('a category is not changed while downloads are under way in it', async () => {
  const {port, changed} = portWith(['qbit', 'other', 'qbit'])
  await expect(applyFix(port, fix)).rejects.toMatchObject({
    code: 'arr_busy',
    message: expect.stringContaining('downloads of qbit in its queue (2)'),
  })
  expect(changed).toEqual([])
})

test('a category is changed when nothing of that client is under way; what else is changed waits for nothing', async () => {
  const {port, changed} = portWith(['other'])
  await applyFix(port, fix)
  const busy = portWith(['qbit'])
  await applyFix(busy.port, {...fix, change: {addsStopped: false}})
  expect([changed, busy.changed]).toEqual([
    [[7, {category: 'films'}, undefined]],
    [[7, {addsStopped: false}, undefined]],
  ])
})

test('a fixed setting is put back as it was, and nothing else', () => {
  const setup = {
    handling: {importsCompleted: false, searchesAfterFailure: true, searchesAfterInteractiveFailure: true},
    media: {hardLinks: false, recycleBin: '/bin', minimumFreeMiB: 100},
    clients: [{id: 3, category: 'movies', addsStopped: true}] as unknown as ArrSetup['clients'],
    indexers: [{id: 5, rejectsBlocklisted: false}] as unknown as ArrSetup['indexers'],
  }
  expect(inverseOf({what: 'handling', change: {importsCompleted: true}}, setup)).toEqual({
    what: 'handling',
    change: {importsCompleted: false},
  })
  expect(inverseOf({what: 'media', change: {hardLinks: true}}, setup)).toEqual({
    what: 'media',
    change: {hardLinks: false},
  })
  const client = {what: 'client', id: 3, name: 'box', change: {category: 'films'}} as const
  expect(inverseOf(client, setup)).toEqual({...client, change: {category: 'movies'}})
  expect(inverseOf({...client, id: 4}, setup)).toBeNull()
  expect(inverseOf({what: 'indexer', id: 5, rejectsBlocklisted: true}, setup)).toEqual({
    what: 'indexer',
    id: 5,
    rejectsBlocklisted: false,
  })
})
