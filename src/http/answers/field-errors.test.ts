import {expect, test} from 'vitest'
import {z} from 'zod'
import {checkBy, demandUnchanged, mostFieldErrors, type RequestInvalid} from './field-errors.ts'
import {withOtherNames} from './other-names.ts'

const Body = z.strictObject({
  name: z.string().max(5),
  password: z.string().min(10).optional(),
  keys: z.array(z.strictObject({id: z.number()})).optional(),
})

function errorsOf(data: unknown) {
  const read = checkBy(Body, data, 'body')
  return 'error' in read ? read.error : null
}

test('a body of nonsense gets only so many of its faults, and in few words', () => {
  const nonsense = Object.fromEntries(
    Array.from({length: 50_000}, (_, at) => [`${'n'.repeat(200)}${at}`, 'v'.repeat(200)]),
  )
  for (const data of [
    nonsense,
    {name: 'x', keys: Array.from({length: 50_000}, () => 1)},
    {name: 'x', keys: Array.from({length: 5_000}, () => ({id: 1, ['n'.repeat(5_000)]: 1}))},
  ]) {
    const error = errorsOf(data)!
    expect(error.errors.length).toBeLessThanOrEqual(mostFieldErrors)
    expect(JSON.stringify(error.errors).length + error.message.length).toBeLessThan(20_000)
  }
})

test('what looks like a secret is never repeated, also where it does not belong', () => {
  const text = 'hunter2'
  for (const data of [
    {name: 'x', password: text},
    {name: 'x', current_password: text},
    {name: 'x', passphrase: text},
    {name: 'x', api_key: text},
    {name: 'x', code: text},
    {name: 'x', csrf_token: text},
    {name: 'x', client_secret: text},
    {name: 'x', keys: [{id: 1, token: text}]},
  ]) {
    const error = errorsOf(data)!
    expect(JSON.stringify([error.errors, error.message])).not.toContain(text)
  }
})

test('what is needed and absent is named with the values or the type that are accepted', () => {
  const Needed = z
    .strictObject({
      kind: z.enum(['a', 'b']).describe('Kind'),
      name: z.string(),
      many: z.array(z.number()),
      place: z.strictObject({port: z.number(), side: z.enum(['left', 'right']).optional()}),
    })
    .partial()
    .required({kind: true, name: true, many: true, place: true})
  const read = checkBy(Needed, {}, 'body')
  expect('error' in read && read.error.errors).toEqual([
    {field: 'kind', accepted: ['a', 'b']},
    {field: 'name', accepted: 'string'},
    {field: 'many', accepted: 'array'},
    {field: 'place', accepted: 'object'},
  ])
  const within = checkBy(Needed, {kind: 'a', name: 'n', many: [], place: {}}, 'body')
  expect('error' in within && within.error.errors).toEqual([{field: 'place.port', accepted: 'number'}])
})

test.each([
  ['querystring', 'The query is not accepted: name (string).'],
  ['params', 'The address is not accepted: name (string).'],
  ['body', 'The body is not accepted: name (string).'],
  ['form', 'The form is not accepted: name (string).'],
])('%s is called by a word that people know', (part, sentence) => {
  const read = checkBy(z.strictObject({name: z.string()}), {}, part)
  expect('error' in read && read.error.message).toBe(sentence)
})

const Named = withOtherNames(z.strictObject({kind: z.string(), url: z.string().optional()}), {
  server_type: 'kind',
  uri: 'url',
})
test.each<[object, object]>([
  [
    {server_type: 'a', uri: 'u'},
    {kind: 'a', url: 'u'},
  ],
  [{kind: 'a', server_type: 'a'}, {kind: 'a'}],
  [
    {kind: 'a', url: 'u'},
    {kind: 'a', url: 'u'},
  ],
])('%j is read by the names of the schema', (data, value) => {
  expect(checkBy(Named, data, 'body')).toEqual({value})
})

test('two names of one thing that differ are refused, naming both, and unknown names stay unknown', () => {
  const read = checkBy(Named, {kind: 'a', server_type: 'b', colour: 'red'}, 'body')
  expect('error' in read && read.error.errors).toEqual([
    {field: 'server_type', accepted: 'the same as kind, or kind alone'},
    {field: 'colour', found: 'red', accepted: ['kind', 'url']},
  ])
  for (const data of [null, [], 'text', {__proto__: null}])
    expect(checkBy(Named, data, 'body')).toHaveProperty('error')
})

test('fields that only come along are accepted as they are and in no other way', () => {
  const current = {id: 'a', owner: {id: 'u', name: 'Olga'}, secrets: {password: 'set'}}
  expect(() => demandUnchanged({...current, sharing: undefined}, current)).not.toThrow()
  const changed = {id: 'b', owner: null, secrets: {password: 'hunter2'}}
  const error = (() => {
    try {
      return demandUnchanged(changed, current)
    } catch (it) {
      return it as RequestInvalid
    }
  })()
  const accepted = 'as it is: it is not changed here'
  expect(error?.errors).toEqual([
    {field: 'id', found: 'b', accepted},
    {field: 'owner', found: null, accepted},
    {field: 'secrets', found: '***', accepted},
  ])
})

test('what was found is shown also where JSON has no such number, and what is accepted in words', () => {
  const Count = z.strictObject({count: z.number().int()})
  const errors = (text: string) => {
    const read = checkBy(Count, JSON.parse(text), 'body')
    return 'error' in read ? JSON.parse(JSON.stringify(read.error.errors)) : []
  }
  expect(errors('{"count": 1e999}')).toEqual([{field: 'count', found: 'Infinity', accepted: 'number'}])
  expect(errors('{"count": 0.5}')).toEqual([{field: 'count', found: 0.5, accepted: 'a whole number'}])
})

test('names that every object has are unknown like others', () => {
  for (const name of ['constructor', 'toString', 'hasOwnProperty', '__defineGetter__']) {
    expect(errorsOf({name: 'x', [name]: 1})?.errors).toEqual([
      {field: name, found: 1, accepted: ['name', 'password', 'keys']},
    ])
  }
})
