import {expect, test} from 'vitest'
import {z} from 'zod'
import {checkBy, mostFieldErrors} from './field-errors.ts'

const Body = z.strictObject({
  name: z.string().max(5),
  password: z.string().min(10).optional(),
  keys: z.array(z.strictObject({id: z.number()})).optional(),
})

function errorsOf(data: unknown) {
  const read = checkBy(Body, data, 'body')
  return 'error' in read ? read.error : null
}

test('a body of nonsense is told only so many of its faults, and in few words', () => {
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

test('names that every object has are unknown like others', () => {
  for (const name of ['constructor', 'toString', 'hasOwnProperty', '__defineGetter__']) {
    expect(errorsOf({name: 'x', [name]: 1})?.errors).toEqual([
      {field: name, found: 1, accepted: ['name', 'password', 'keys']},
    ])
  }
})
