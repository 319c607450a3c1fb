import {expect, test} from 'vitest'
import {askedFacts} from '#model/fact.ts'
import {conditionShape, factsOfSubject, leafShape, leavesOf, quantity} from './condition-shape.ts'

const complete = {fact: 'complete', op: 'eq', value: true} as const
const ratio = {fact: 'ratio', op: 'gt', value: 1} as const

/** Where something is wrong, what, and what would be right. */
function wrong(shape: typeof conditionShape | typeof leafShape, written: unknown) {
  const {error} = shape.safeParse(written)
  return error?.issues.map((issue) => [
    issue.path.join('.'),
    issue.message,
    'params' in issue ? issue.params?.['accepted'] : null,
  ])
}

const nested = (levels: number): object => (levels === 0 ? complete : {not: nested(levels - 1)})

test('a tree is read as deep as people read, and no deeper', () => {
  expect(conditionShape.safeParse(nested(20)).success).toBe(true)
  expect(wrong(conditionShape, nested(21))).toEqual([
    [Array.from({length: 21}, () => 'not').join('.'), 'is too deep', ['10 levels']],
  ])
})

test('each mistake of a list is reported, and what is correct beside it does not hide it', () => {
  expect(wrong(conditionShape, {all: [complete, 5, {fact: 'nothing'}]})).toEqual([
    [
      'all.1',
      'is no condition',
      [
        '{all: [...]}',
        '{any: [...]}',
        '{not: ...}',
        '{fact, op, value}',
        'a search like "is:complete ratio>2"',
      ],
    ],
    ['all.2.fact', 'is no fact', askedFacts],
  ])
})

test('a comparison alone is read as one, with its mistakes in their place', () => {
  expect(leafShape.parse(ratio)).toEqual(ratio)
  expect(wrong(leafShape, 5)).toEqual([['', 'is no comparison', ['{fact, op, value}']]])
  expect(wrong(leafShape, {...ratio, valu: 1})).toEqual([
    ['valu', 'is not known', ['fact', 'op', 'value', 'window', 'cs']],
  ])
  expect(wrong(leafShape, {...ratio, op: 'glob'})).toMatchObject([['op', 'does not compare ratio', {}]])
})

test('capital letters are kept only where they are asked for', () => {
  const name = {fact: 'name', op: 'eq', value: 'A'} as const
  expect(leafShape.parse({...name, cs: true})).toEqual({...name, cs: true})
  expect(leafShape.parse({...name, cs: false})).toEqual(name)
})

test('none is a value only where there may be none, and only for what is or is not equal to it', () => {
  expect(leafShape.parse({fact: 'downLimit', op: 'eq', value: null})).toMatchObject({value: null})
  expect(leafShape.parse({fact: 'downLimit', op: 'in', value: [null, 5]})).toMatchObject({value: [null, 5]})
  expect(wrong(leafShape, {fact: 'downLimit', op: 'between', value: [null, 5]})).toMatchObject([
    ['value.0', 'is not accepted', {}],
  ])
  expect(wrong(leafShape, {fact: 'ratio', op: 'in', value: [null]})).toMatchObject([
    ['value.0', 'is not accepted', {}],
  ])
})

test('a range may begin where it ends', () => {
  expect(leafShape.parse({fact: 'ratio', op: 'between', value: [1, 1]})).toMatchObject({value: [1, 1]})
})

test('the leaves of a tree are listed with where they stand', () => {
  const tree = conditionShape.parse({all: [complete, {not: {any: [ratio, complete]}}]})
  expect(leavesOf(tree).map(({leaf, path}) => [leaf.fact, path.join('.')])).toEqual([
    ['complete', 'all.0'],
    ['ratio', 'all.1.not.any.0'],
    ['complete', 'all.1.not.any.1'],
  ])
})

test('a subject has the facts that are about it', () => {
  expect(factsOfSubject('torrent')).toContain('ratio')
  expect(factsOfSubject('server')).not.toContain('ratio')
  expect(factsOfSubject('server')).toContain('server.freeBytes')
})

test('of an amount the smallest is named where it is more than nothing', () => {
  const accepted = (least: number) => {
    const issue = quantity('count', least).safeParse(-1).error?.issues[0]
    return issue && 'params' in issue ? (issue.params?.['accepted'] as readonly string[]) : []
  }
  expect(accepted(0)).toEqual(['a whole number from 0 on'])
  expect(accepted(2)).toEqual(['a whole number from 0 on', 'at least 2'])
  expect(quantity('count', 2).parse(2)).toBe(2)
  expect(quantity('count', 2).safeParse(1).success).toBe(false)
})
