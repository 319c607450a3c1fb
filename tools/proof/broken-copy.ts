/** A copy of the sources in which something is broken, for as long as one command runs there. */
import {execFileSync, spawn} from 'node:child_process'
import {cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {root} from '../steps.ts'

/** Of a text that the file has exactly once. */
export interface Edit {
  readonly file: string
  readonly from: string
  readonly to: string
}

interface Ran {
  readonly code: number | null
  readonly said: string
}

export class BrokenCopy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'commodarr-broken-'))

  constructor() {
    const args = ['ls-files', '--cached', '--others', '--exclude-standard']
    const files = execFileSync('git', args, {cwd: root, encoding: 'utf8'}).split('\n').filter(Boolean)
    for (const file of files) cpSync(join(root, file), join(this.#folder, file))
    symlinkSync(join(root, 'node_modules'), join(this.#folder, 'node_modules'))
  }

  /**
   * @param command below `scripts/run.mjs`
   * @param withAll with all cases, as in the full proof
   * @throws where a file has not what is to be broken, or more than once
   */
  async runWith(edits: readonly Edit[], command: readonly string[], withAll = false): Promise<Ran> {
    const sound = new Map<string, string>()
    try {
      for (const {file, from, to} of edits) {
        const path = join(this.#folder, file)
        const text = readFileSync(path, 'utf8')
        if (text.split(from).length !== 2) throw new Error(`${file} has to have this once: ${from}`)
        if (!sound.has(path)) sound.set(path, text)
        writeFileSync(
          path,
          text.replace(from, () => to),
        )
      }
      return await this.#run(command, withAll)
    } finally {
      for (const [path, text] of sound) writeFileSync(path, text)
    }
  }

  end(): void {
    rmSync(this.#folder, {recursive: true, force: true})
  }

  #run(command: readonly string[], withAll: boolean): Promise<Ran> {
    return new Promise((resolve) => {
      const env = {...process.env, NO_COLOR: '1', COMMODARR_SEED: '1', COMMODARR_SUITES: 'bookworm'}
      for (const name of [
        ...(withAll ? [] : ['COMMODARR_FULL']),
        'VITEST',
        'VITEST_MODE',
        'VITEST_WORKER_ID',
        'VITEST_POOL_ID',
        'TEST',
      ])
        Reflect.deleteProperty(env, name)
      const child = spawn(process.execPath, ['scripts/run.mjs', ...command], {
        cwd: this.#folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text) => (said += text))
      child.once('close', (code) => resolve({code, said}))
    })
  }
}
