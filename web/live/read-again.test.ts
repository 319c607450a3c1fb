import {QueryClient, QueryObserver} from '@tanstack/react-query'
import {expect, test} from 'vitest'
import {Signal} from '../lib/signal.ts'
import {readAgainWhenBack, type Connection} from './socket.ts'

function worldOf() {
  const socket: {changes: Signal; connection: Connection} = {
    changes: new Signal(),
    connection: {state: 'connecting', failedSince: null},
  }
  const queries = new QueryClient({defaultOptions: {queries: {retry: false}}})
  const asked: string[] = []
  const shows = (name: string, options: object = {}, fails = false) =>
    new QueryObserver(queries, {
      queryKey: [name],
      queryFn: () => {
        asked.push(name)
        return fails ? Promise.reject(new Error('No.')) : Promise.resolve(name)
      },
      ...options,
    }).subscribe(() => undefined)
  const becomes = (connection: Connection) => {
    socket.connection = connection
    socket.changes.emit()
  }
  readAgainWhenBack(socket, queries)
  const settled = async () => {
    while (queries.isFetching() > 0) await new Promise(setImmediate)
  }
  return {asked, shows, becomes, settled}
}

const live: Connection = {state: 'live', since: 0}
const lost: Connection = {state: 'reconnecting', since: 0, isGone: true}

test('all that is shown is read again when the connection is back, but what a user works with', async () => {
  const {asked, shows, becomes, settled} = worldOf()
  shows('trash')
  shows('form', {refetchOnWindowFocus: false})
  shows('frozen', {staleTime: Number.POSITIVE_INFINITY})
  shows('failed form', {refetchOnWindowFocus: false}, true)
  await settled()
  expect(asked.splice(0)).toEqual(['trash', 'form', 'frozen', 'failed form'])

  becomes(live)
  await settled()
  expect(asked).toEqual([])

  becomes(lost)
  becomes(live)
  await settled()
  expect(asked).toEqual(['trash', 'failed form'])
})
