import {expect, test} from 'vitest'
import {FileEdits} from './files.ts'

function sent() {
  const edits = new FileEdits()
  return {edits, wish: edits.wish([3], 'high')}
}

test('a wish holds until the server has answered, whatever is read meanwhile', () => {
  const {edits} = sent()
  edits.settle(3, 'high', 0)
  expect([edits.wished(3), edits.isWaiting]).toEqual(['high', true])
})

test('a wish ends with the reading that shows it', () => {
  const {edits, wish} = sent()
  wish.answeredAt = 100
  edits.settle(3, 'high', 200)
  expect([edits.wished(3), edits.isWaiting]).toEqual([undefined, false])
})

test('a reading that does not show it yet does not end the wish', () => {
  const {edits, wish} = sent()
  wish.answeredAt = 100
  edits.settle(3, 'low', 200)
  expect(edits.wished(3)).toBe('high')
})

test('after ten seconds it is as the server says', () => {
  const {edits, wish} = sent()
  wish.answeredAt = 100
  edits.settle(3, 'low', 10_100)
  expect(edits.wished(3)).toBeUndefined()
})

test('what failed is no wish, and its reason stays until it is wished again', () => {
  const {edits, wish} = sent()
  edits.fail(wish, [3], 'No.')
  expect([edits.wished(3), edits.failureOf(3)]).toEqual([undefined, 'No.'])
  edits.wish([3], 'skip')
  expect(edits.failureOf(3)).toBeNull()
})

test('what was wished again does not fail with the wish before', () => {
  const {edits, wish} = sent()
  edits.wish([3], 'skip')
  edits.fail(wish, [3], 'No.')
  expect([edits.wished(3), edits.failureOf(3)]).toEqual(['skip', null])
})
