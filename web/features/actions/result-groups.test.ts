import {expect, test} from 'vitest'
import type {ActionProblem} from '../../api/actions.ts'
import {canConfirm, isAllDone, resultGroups} from './result-groups.ts'

const servers = [
  {server_id: 'seedbox', server_name: 'seedbox', count: 30},
  {server_id: 'nas', server_name: 'nas', count: 12},
  {server_id: 'loft', server_name: 'loft', count: 4},
]
const problem = (
  server_id: string,
  info_hash: string,
  outcome: ActionProblem['outcome'],
  message: string,
): ActionProblem => ({server_id, info_hash, outcome, message, code: 'any', name: `name of ${info_hash}`})

const told = {
  servers,
  count: 46,
  counts: {done: 41, failed: 0, refused: 4, unconfirmed: 1},
  problems_omitted: 0,
  problems: [
    problem('nas', 'e', 'unconfirmed', 'nas did not answer.'),
    ...['a', 'b', 'c', 'd'].map((hash) => problem('loft', hash, 'refused', 'loft is unreachable.')),
  ],
}

test('torrents with the same outcome and cause stand together, what was not sent before what got no answer', () => {
  const {problems} = resultGroups(told)
  expect(problems.map(({outcome, message, count, servers: on}) => [outcome, message, count, on])).toEqual([
    ['refused', 'loft is unreachable.', 4, ['loft']],
    ['unconfirmed', 'nas did not answer.', 1, ['nas']],
  ])
  expect(problems[1]!.items).toEqual([{key: 'nas~e', name: 'name of e'}])
})

test('servers that are away are one cause, each in its own words', () => {
  const away = (server_id: string, message: string) => ({
    ...problem(server_id, 'a', 'refused', message),
    code: 'server_not_online',
  })
  const {problems} = resultGroups({
    ...told,
    problems: [away('nas', 'nas is unreachable. Is it on?'), away('loft', 'loft is banned.')],
  })
  expect(problems).toMatchObject([{count: 2, servers: ['nas', 'loft'], code: 'server_not_online'}])
})

test('what is done is counted where it was done, and servers with nothing done are left out', () => {
  expect(resultGroups(told).done).toEqual({
    count: 41,
    servers: [
      {name: 'seedbox', count: 30},
      {name: 'nas', count: 11},
    ],
  })
})

test('while not all problems are listed, it is not said where what is done was done', () => {
  const groups = resultGroups({...told, problems_omitted: 500})
  expect(groups.done).toEqual({count: 41, servers: []})
  expect(groups.omitted).toBe(500)
})

test('a torrent whose name is not known goes by its hash, a cause without words by its code', () => {
  const {message: _none, ...bare} = problem('nas', 'f', 'failed', '')
  const [group] = resultGroups({...told, problems: [{...bare, name: null}]}).problems
  expect(group).toMatchObject({message: 'any', items: [{key: 'nas~f', name: 'f'}]})
})

test('all is done only when nothing failed, was refused or is unconfirmed', () => {
  const counts = {done: 3, failed: 0, refused: 0, unconfirmed: 0}
  expect(isAllDone({count: 3, counts})).toBe(true)
  expect(isAllDone({count: 4, counts: {...counts, unconfirmed: 1}})).toBe(false)
  expect(isAllDone({count: 4, counts})).toBe(false)
})

test('what goes on when it is confirmed is what its server counts, among the problems that are listed or beyond them', () => {
  expect(canConfirm({retryable: 2, confirmable: {accepts_doubt: 1}})).toBe(true)
  expect(canConfirm({retryable: 2, confirmable: {}})).toBe(false)
  expect(canConfirm({retryable: 0, confirmable: {accepts_doubt: 1}})).toBe(false)
})

test('what a program confirms with is no word for people', () => {
  const message = 'Files of "Ferry" lie there. Use another place, or confirm it (`accepts_others`).'
  const {problems} = resultGroups({...told, problems: [problem('nas', 'e', 'refused', message)]})
  expect(problems[0]!.message).toBe('Files of "Ferry" lie there. Use another place, or confirm it.')
})
