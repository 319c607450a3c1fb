import {useMutation, useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import type {FileObstacle, SettingKey, Settings} from '../../api/sections.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {Button} from '../../ui/Button.tsx'
import {Note} from '../../ui/Note.tsx'
import {useSettled} from '../../ui/use-settled.ts'
import {faultWords, SettingGroup, type GroupWords, type SecretState} from './SettingField.tsx'
import {settingFaults, settingsPatch, strayFaults, typedFrom} from './typed-settings.ts'

const TYPING_MS = 500

/** How one book of keys is asked and told: what a change would mean, and how it is made. */
export interface SettingSource<Effect> {
  /** Whose it is. */
  readonly id: string
  readonly preview: (patch: Settings, signal: AbortSignal) => Promise<Effect>
  readonly save: (patch: Settings) => Promise<Effect>
  readonly effectWords: (effect: Effect) => string
  readonly savedWords: (effect: Effect) => string
}

/** Every key with what it means; what a change restarts is told before it is saved. */
export function SettingsForm<Effect>({
  keys,
  groups,
  settings,
  secrets,
  obstacle,
  isInFile,
  source,
}: {
  keys: readonly SettingKey[]
  groups: readonly GroupWords[]
  settings: Settings
  /** What is there of secrets, by path. */
  secrets: Readonly<Record<string, SecretState>>
  /** Why nothing can be changed. */
  obstacle: FileObstacle | null
  isInFile: boolean
  source: SettingSource<Effect>
}) {
  const [before] = useState(() => typedFrom(settings, keys))
  const [typed, setTyped] = useState(before)
  const [life, setLife] = useState(0)
  const patch = settingsPatch(before, typed, keys)
  const isDirty = Object.keys(patch).length > 0
  const settled = useSettled(typed, TYPING_MS)
  const effect = useQuery({
    queryKey: ['setting-effect', source.id, JSON.stringify(settingsPatch(before, settled, keys))],
    queryFn: ({signal}) => source.preview(settingsPatch(before, settled, keys), signal),
    enabled: isDirty && settled === typed,
    retry: false,
    gcTime: 60_000,
  })
  const saving = useMutation({
    mutationFn: () => source.save(patch),
    onSuccess: (did) => toast({text: source.savedWords(did), tone: 'good'}),
  })
  const error = saving.error ?? effect.error
  const faults = isDirty ? settingFaults(error) : null
  const stray = faults && strayFaults(faults, keys)
  return (
    <form
      noValidate
      className="grid gap-5 p-3.5"
      onSubmit={(event) => {
        event.preventDefault()
        if (isDirty) saving.mutate()
      }}
    >
      {obstacle !== null ? (
        <Note tone="warn">{text(`setting.obstacle.${obstacle}`)}</Note>
      ) : (
        isInFile && <Note>{text('setting.in-file')}</Note>
      )}
      <fieldset disabled={obstacle !== null} className="contents">
        {groups.map((words) => (
          <SettingGroup
            key={`${words.group} ${life}`}
            words={words}
            keys={keys.filter(({group}) => group === words.group)}
            typed={typed}
            faults={faults ?? {}}
            secrets={secrets}
            isFixed={obstacle !== null}
            onChange={(path, value) => {
              saving.reset()
              setTyped((known) => ({...known, [path]: value}))
            }}
          />
        ))}
      </fieldset>
      {isDirty && error && faults === null && (
        <Note tone="bad" isNews>
          {error.message}
        </Note>
      )}
      {stray?.map(([path, fault]) => (
        <Note key={path} tone="bad" isNews>
          {faultWords(path, fault)}
        </Note>
      ))}
      {isDirty && (
        <div className="sticky -bottom-12 -mx-3.5 -mb-3.5 flex flex-wrap items-center gap-2 border-t border-line bg-surface px-3.5 py-2.5 max-phone:-bottom-8">
          <Button
            type="submit"
            variant="primary"
            waitsFor={saving.isPending ? text('setting.saving') : undefined}
          >
            {text('setting.save')}
          </Button>
          <Button
            onClick={() => {
              setTyped(before)
              setLife(life + 1)
            }}
          >
            {text('setting.revert')}
          </Button>
          <output className="text-12 text-text-2">
            {faults
              ? text('setting.faults', {count: Object.keys(faults).length})
              : effect.data !== undefined && !effect.error && source.effectWords(effect.data)}
          </output>
        </div>
      )}
    </form>
  )
}
