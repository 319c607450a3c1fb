import {expect, test} from 'vitest'
import {CategoryTrail} from './torrent-watch.ts'

function trail(): CategoryTrail {
  const made = new CategoryTrail()
  made.takePassages(['failed', 'recheck'])
  return made
}

test('B.6 where a torrent was is known when it comes into a passage, and reported once', () => {
  const made = trail()
  expect(['films', 'films/old', 'failed', 'failed'].map((name) => made.see(3, name))).toEqual([
    null,
    null,
    'films/old',
    null,
  ])
  expect(made.see(4, 'recheck')).toBeNull()
})

test('B.6 from one passage into another it still comes from where it was first', () => {
  const made = trail()
  expect(['', 'recheck', 'failed'].map((name) => made.see(0, name))).toEqual([null, '', null])
})

test('of another torrent in the same row nothing is known', () => {
  const made = trail()
  made.see(3, 'films')
  made.forget(3)
  expect(made.see(3, 'failed')).toBeNull()
})

test('a category that is a passage no longer is one like others', () => {
  const made = trail()
  made.takePassages(['recheck'])
  expect(['failed', 'recheck'].map((name) => made.see(0, name))).toEqual([null, 'failed'])
})
