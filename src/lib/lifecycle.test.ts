import {expect, test} from 'vitest'
import {Lifecycle, type Part} from './lifecycle.ts'

interface Said {
  readonly lines: string[]
  readonly faults: {readonly about: object; readonly text: string}[]
  readonly life: Lifecycle
  readonly part: (name: string, more?: Partial<Part>) => Part
}

function stack(): Said {
  const lines: string[] = []
  const faults: Said['faults'] = []
  return {
    lines,
    faults,
    life: new Lifecycle({error: (about, text) => faults.push({about, text})}),
    part: (name, more = {}) => ({
      name,
      start: async () => {
        // Whoever does not wait for it goes on before it is written.
        await Promise.resolve()
        lines.push(`${name} starts`)
      },
      stop: async () => {
        await Promise.resolve()
        lines.push(`${name} stops`)
      },
      ...more,
    }),
  }
}

test('parts start in their order and stop in reverse, each after the one before', async () => {
  const {life, lines, part} = stack()
  for (const name of ['database', 'servers', 'pages']) life.put(part(name))
  expect(lines).toEqual([])
  await life.start()
  expect(lines).toEqual(['database starts', 'servers starts', 'pages starts'])
  lines.length = 0
  await life.stop()
  expect(lines).toEqual(['pages stops', 'servers stops', 'database stops'])
})

test('what is put on it later starts with the next start, and stops first', async () => {
  const {life, lines, part} = stack()
  life.put(part('database'))
  await life.start()
  life.put(part('pages'))
  await life.start()
  await life.stop()
  expect(lines).toEqual(['database starts', 'pages starts', 'pages stops', 'database stops'])
})

test('what has no start stops in its place anyway', async () => {
  const {life, lines, part} = stack()
  life.put({name: 'database', stop: () => lines.push('database stops')})
  life.put(part('servers'))
  life.put({name: 'only begun', start: () => lines.push('begun')})
  await life.start()
  await life.stop()
  expect(lines).toEqual(['servers starts', 'begun', 'servers stops', 'database stops'])
})

test('where a start fails, what runs is stopped, and nothing further begins', async () => {
  const {life, lines, part} = stack()
  const why = new Error('no disk')
  life.put({name: 'database', stop: () => lines.push('database stops')})
  life.put(part('servers'))
  life.put(part('list', {start: () => Promise.reject(why)}))
  life.put(part('pages'))
  life.put({name: 'log', stop: () => lines.push('log stops')})
  await expect(life.start()).rejects.toBe(why)
  expect(lines).toEqual(['servers starts', 'log stops', 'servers stops', 'database stops'])
})

test('what was put together but never started ends with what runs without a start', async () => {
  const {life, lines, part} = stack()
  life.put({name: 'database', stop: () => lines.push('database stops')})
  life.put(part('servers'))
  await life.stop()
  expect(lines).toEqual(['database stops'])
})

test('each stop that fails is logged, and the others stop anyway', async () => {
  const {life, lines, faults, part} = stack()
  life.put(part('database'))
  life.put(part('servers', {stop: () => Promise.reject(new Error('silent'))}))
  life.put(
    part('pages', {
      stop() {
        throw new Error('in use')
      },
    }),
  )
  await life.start()
  await life.stop()
  expect(lines.at(-1)).toBe('database stops')
  expect(faults).toEqual([
    {about: {err: new Error('in use'), part: 'pages'}, text: 'pages: could not be stopped in order'},
    {about: {err: new Error('silent'), part: 'servers'}, text: 'servers: could not be stopped in order'},
  ])
})

test('a second stop waits for the same end', async () => {
  const {life, lines, part} = stack()
  life.put(part('database'))
  await life.start()
  const first = life.stop()
  await life.stop()
  expect(lines).toEqual(['database starts', 'database stops'])
  await first
  await life.stop()
  expect(lines).toEqual(['database starts', 'database stops'])
})
