import {spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {ownFolder, sweepFolders} from './process.ts'

test('folders of processes that are gone are removed, and no others', () => {
  const parent = mkdtempSync(join(tmpdir(), 'sweep-'))
  onTestFinished(() => rmSync(parent, {recursive: true}))
  const folder = (name: string) => {
    mkdirSync(join(parent, name, 'with'), {recursive: true})
    return join(parent, name)
  }
  ownFolder(folder('proof-mine'))
  folder('proof-without-owner')
  writeFileSync(join(parent, 'proof-file'), '')
  // No process starts in the first clock tick.
  const {pid} = spawnSync('true')
  for (const name of ['proof-left', 'other-left']) writeFileSync(join(folder(name), 'owner'), `${pid} 1`)
  sweepFolders(parent, 'proof-')
  expect(readdirSync(parent).toSorted()).toEqual([
    'other-left',
    'proof-file',
    'proof-mine',
    'proof-without-owner',
  ])
  sweepFolders(join(parent, 'nowhere'))
  sweepFolders(parent)
  expect(readdirSync(parent)).not.toContain('other-left')
})
