import {expect, test} from 'vitest'
import {filterOf} from './filter-of.ts'
import {languageFields} from './language.ts'
import {reader} from './reader.fixture.ts'

test.each(languageFields.map(({name, example}) => [name, example] as const))(
  'the example of %s is understood: %s',
  (name, example) => {
    const about = {...reader, servers: [{id: 'nas', name: 'nas', kind: 'rtorrent' as const}]}
    expect(filterOf(example, about).mistakes).toEqual([])
    expect(example.startsWith(name)).toBe(true)
  },
)

test('every operator that a field is said to take is taken, and no other', () => {
  const all = [':', '=', '!=', '>', '>=', '<', '<=']
  for (const {name, example, operators} of languageFields) {
    const value = /[:<>=]+(.*)$/.exec(example)![1]!
    const taken = all.filter((operator) => {
      const about = {...reader, servers: [{id: 'nas', name: 'nas', kind: 'rtorrent' as const}]}
      return filterOf(`${name}${operator}${value}`, about).mistakes.length === 0
    })
    expect(taken, name).toEqual(operators)
  }
})
