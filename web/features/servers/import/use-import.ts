import {useMutation} from '@tanstack/react-query'
import {useState} from 'react'
import {importServers, type ImportAnswer, type ImportBody} from '../../../api/servers.ts'

type Choice = NonNullable<ImportBody['choices']>[number]

export interface ImportState {
  readonly source: ImportSource
  readonly setSource: (source: ImportSource) => void
  readonly mode: 'merge' | 'replace'
  readonly setMode: (mode: 'merge' | 'replace') => void
  readonly passphrase: string
  readonly setPassphrase: (passphrase: string) => void
  readonly choiceOf: (item: number) => Choice | null
  readonly select: (choice: Choice) => void
  /** What would be done; `null` = not looked at, or something was changed since. */
  readonly plan: ImportAnswer | null
  /** What was done. */
  readonly done: ImportAnswer | null
  /** The plan was made before the last decision: what is shown is not yet what would be done. */
  readonly isOld: boolean
  readonly look: () => void
  readonly apply: () => void
  readonly isBusy: boolean
  /** It is done now, and would be without the page. */
  readonly isApplying: boolean
  readonly error: Error | null
}

/** A list as somebody pasted it, or as an Arr told it. */
type ImportSource = {readonly text: string} | {readonly json: unknown}

/** Look, then do: nothing is done but what was shown. */
export function useImport(initial: ImportSource): ImportState {
  const [source, setSource] = useState(initial)
  const [mode, setMode] = useState<'merge' | 'replace'>('merge')
  const [passphrase, setPassphrase] = useState('')
  const [choices, setChoices] = useState<readonly Choice[]>([])
  const [lookedAt, setLookedAt] = useState('')

  const asked = {
    ...source,
    mode,
    choices: choices.filter(
      (it) => it.do !== undefined || (it.password ?? '') !== '' || (it.api_key ?? '') !== '',
    ),
    ...(passphrase !== '' && {passphrase}),
  }
  const key = JSON.stringify(asked)
  const looking = useMutation({
    mutationFn: () => importServers({...asked, preview: true}),
    onMutate: () => setLookedAt(key),
  })
  const applying = useMutation({
    mutationFn: async () => {
      // Decisions belong to the fingerprint: what was decided since is looked at once more, without a word.
      const plan = lookedAt === key && looking.data ? looking.data : await looking.mutateAsync()
      return importServers({...asked, preview: false, fingerprint: plan.fingerprint})
    },
  })
  const restart = () => {
    looking.reset()
    applying.reset()
    setChoices([])
  }
  return {
    source,
    mode,
    passphrase,
    setSource: (next) => {
      setSource(next)
      restart()
    },
    setMode: (next) => {
      setMode(next)
      restart()
    },
    setPassphrase,
    choiceOf: (item) => choices.find((it) => it.item === item) ?? null,
    select: (choice) => setChoices((known) => [...known.filter((it) => it.item !== choice.item), choice]),
    plan: looking.data ?? null,
    done: applying.data ?? null,
    isOld: lookedAt !== key,
    look: () => looking.mutate(),
    apply: () => applying.mutate(),
    isApplying: applying.isPending,
    isBusy: looking.isPending || applying.isPending,
    error: applying.error ?? looking.error,
  }
}
