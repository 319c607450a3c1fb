import {expect, test} from 'vitest'
import {ChunkFailure, chunkLoader} from './chunks.ts'

const importer = 'https://here.example/base/assets/index-1.js'
const at = (file: string) => `https://here.example/base/assets/${file}`

/** Answers as the status of each file says, 200 else; `null` = nothing answers. */
function filesThat(statuses: Readonly<Record<string, number | null>> = {}, named: readonly string[] = []) {
  const state = {asked: [] as string[], styled: [] as string[], statuses: {...statuses}}
  const loadChunk = chunkLoader({
    get: async (address) => {
      state.asked.push(address.slice(at('').length))
      const status = state.statuses[address.slice(at('').length)]
      if (status === null) throw new TypeError('Failed to fetch')
      return {ok: status === undefined, status: status ?? 200, arrayBuffer: async () => new ArrayBuffer(0)}
    },
    style: async (address) => state.styled.push(address),
    isNamed: (address) => named.some((it) => at(it) === address),
  })
  return {state, loadChunk}
}

const why = (loading: Promise<unknown>) =>
  loading.then(
    () => 'came',
    (error: unknown) => (error instanceof ChunkFailure ? error.why : error),
  )

test('the browser is asked for a module only once all files that it needs have come', async () => {
  const {state, loadChunk} = filesThat({'shared.js': null})
  let loaded = 0
  const load = async () => ++loaded
  const files = ['./page.js', './shared.js']
  expect(await why(loadChunk(load, files, importer))).toBe('away')
  expect(loaded).toBe(0)
  delete state.statuses['shared.js']
  expect(await loadChunk(load, files, importer)).toBe(1)
  // Also what had come: until it is loaded a cache may have lost it. Afterwards nothing is asked for.
  expect(state.asked).toEqual(['page.js', 'shared.js', 'page.js', 'shared.js'])
  await loadChunk(load, files, importer)
  expect(state.asked).toHaveLength(4)
})

test('two parts that share a file ask for it once, also when they ask together', async () => {
  const {state, loadChunk} = filesThat()
  const load = async () => 'module'
  await Promise.all([
    loadChunk(load, ['./one.js', './shared.js'], importer),
    loadChunk(load, ['./other.js', './shared.js'], importer),
  ])
  expect(state.asked.filter((it) => it === 'shared.js')).toHaveLength(1)
})

test('what the page itself names is left to the browser, which has it or is loading it', async () => {
  const {state, loadChunk} = filesThat({}, ['list.js'])
  await loadChunk(async () => 'module', ['./list.js', './page.js'], importer)
  expect(state.asked).toEqual(['page.js'])
})

test('styles of a part are in force before it is shown', async () => {
  const {state, loadChunk} = filesThat()
  const styled = await loadChunk(async () => [...state.styled], ['./page.js', './page.css'], importer)
  expect(styled).toEqual([at('page.css')])
})

test('a file that Commodarr does not have is of another version; any other answer may be better the next time', async () => {
  const {state, loadChunk} = filesThat({'page.js': 404})
  const load = async () => 'module'
  expect(await why(loadChunk(load, ['./page.js'], importer))).toBe('gone')
  state.statuses['page.js'] = 502
  expect(await why(loadChunk(load, ['./page.js'], importer))).toBe('away')
  delete state.statuses['page.js']
  expect(await why(loadChunk(load, ['./page.js'], importer))).toBe('came')
})

test.each([
  'Failed to fetch dynamically imported module: https://here.example/page.js',
  'error loading dynamically imported module: https://here.example/page.js',
  'Importing a module script failed.',
])('what came and still is not loaded takes another load of the page: %s', async (message) => {
  const {loadChunk} = filesThat()
  const stuck = loadChunk(() => Promise.reject(new TypeError(message)), ['./page.js'], importer)
  expect(await why(stuck)).toBe('stuck')
})

test('what a module throws as it begins is a defect of its own', async () => {
  const {loadChunk} = filesThat()
  const defect = new TypeError('x is undefined')
  expect(await why(loadChunk(() => Promise.reject(defect), ['./page.js'], importer))).toBe(defect)
})
