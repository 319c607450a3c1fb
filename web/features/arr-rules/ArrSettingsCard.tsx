import {useQuery} from '@tanstack/react-query'
import {FileCode, Search} from 'lucide-react'
import {useMemo, useState} from 'react'
import {
  arrDefinitionQuery,
  arrKeysQuery,
  changeArr,
  previewArr,
  type Arr,
  type ArrDefinition,
  type ArrOutcome,
} from '../../api/arrs.ts'
import type {SettingKey, Settings} from '../../api/sections.ts'
import {listed, text} from '../../i18n/text.ts'
import {matchScore, spacedKey} from '../../lib/match-words.ts'
import {Awaited, together} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Input} from '../../ui/Input.tsx'
import {lazyPart} from '../../ui/lazy-part.ts'
import {Segmented} from '../../ui/Segmented.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {SettingsCard} from '../settings/SectionCard.tsx'
import type {GroupWords} from '../settings/SettingField.tsx'
import {SettingsForm, type SettingSource} from '../settings/SettingsForm.tsx'
import {plainMeaning, valueAt, sourcesOfArr} from '../settings/typed-settings.ts'
import {openArrDialog} from '../arrs/arr-dialogs.ts'
import {arrSentences, formKeys, sentencesOfKey} from './arr-sentences.ts'

const TomlDialog = lazyPart(
  ['arr-rules', 'setting-form'],
  async () => (await import('./TomlDialog.tsx')).TomlDialog,
)

/** How Commodarr looks after the torrents of an Arr: the keys of its section. For its owner, read when he asks. */
export function ArrSettingsCard({arr}: {arr: Arr}) {
  return (
    <SettingsCard title={text('arr.settings')} hint={text('arr.settings.hint')}>
      <AllSettings arr={arr} />
    </SettingsCard>
  )
}

function AllSettings({arr}: {arr: Arr}) {
  const [words, setWords] = useState('')
  const [isText, setText] = useState(false)
  const [which, setWhich] = useState<'all' | 'set' | 'off'>('all')
  const keys = useQuery(arrKeysQuery)
  const definition = useQuery({...arrDefinitionQuery(arr.id), refetchOnWindowFocus: false})
  const noted = useMemo(
    () => keys.data?.map((key): SettingKey => ({...key, note: noteOf(key.path)})),
    [keys.data],
  )
  const isWhole = noted !== undefined && definition.data !== undefined
  if (!isWhole) {
    return (
      <Awaited reading={together(keys, definition)} what={text('arr.settings')} className="m-3">
        <Skeleton width="50%" className="m-3.5" />
      </Awaited>
    )
  }
  const {in_force: settings, settings: written, secrets, file_obstacle: obstacle} = definition.data
  const isInFile = arr.origin === 'file'
  const sources = sourcesOfArr(definition.data)
  const isFound = ({path, means, note = ''}: SettingKey) =>
    matchScore(`${plainMeaning(means)} ${spacedKey(path)} ${note}`, words) > 0
  const isOf = {
    all: () => true,
    set: ({path}: SettingKey) => sources.has(path),
    off: (key: SettingKey) => isOff(key, settings),
  }
  const isShown = (key: SettingKey) => isFound(key) && isOf[which](key)
  // What was saved is what the form begins with the next time.
  return (
    <>
      <search className="flex flex-wrap items-center gap-3 border-b border-line px-3.5 py-2.5">
        <Input
          type="search"
          icon={Search}
          className="min-w-0 max-w-80 flex-1 basis-50"
          aria-label={text('all-settings.find')}
          placeholder={text('all-settings.find')}
          value={words}
          onChange={({currentTarget}) => setWords(currentTarget.value)}
        />
        <Segmented
          label={text('all-settings.from')}
          value={which}
          onChange={setWhich}
          options={[
            {value: 'all', label: `${text('all-settings.from.all')} ${noted.length}`},
            {value: 'set', label: `${text('arr.settings.set')} ${noted.filter(isOf.set).length}`},
            {value: 'off', label: `${text('arr.settings.off')} ${noted.filter(isOf.off).length}`},
          ]}
        />
        <Button icon={FileCode} onClick={() => setText(true)}>
          {text('arr.toml')}
        </Button>
      </search>
      {isText && <TomlDialog arr={arr} definition={definition.data} onClose={() => setText(false)} />}
      <p className="flex flex-wrap items-center gap-x-2 px-3.5 pt-2.5 text-12 text-text-3">
        {text('arr.settings.own', {keys: listed(formKeys)})}
        <TextButton onClick={() => openArrDialog({name: 'edit', id: arr.id})}>
          {text('arr.do.edit')}
        </TextButton>
      </p>
      {!noted.some(isShown) && <p className="px-3.5 pt-3 text-text-2">{text('all-settings.nothing')}</p>}
      <SettingsForm
        key={JSON.stringify([settings, written, secrets])}
        keys={noted}
        groups={arrGroups(words !== '')}
        settings={settings}
        written={written}
        secrets={secretsByPath(secrets)}
        obstacle={obstacle}
        sources={sources}
        isInFile={isInFile}
        isShown={isShown}
        source={sourceOf(arr)}
      />
    </>
  )
}

/** The sentences on the page that go by a key: "Sentence: Stalled downloads, Slow downloads". */
function noteOf(path: string): string {
  const its = sentencesOfKey(path)
  const names = its.map((id) => text(`arr-rules.name.${id}`))
  const isSetup = its.every((id) => arrSentences[id].group === 'setup')
  return isSetup ? listed(names) : text('arr.settings.sentence', {count: names.length, names: listed(names)})
}

const offValues: ReadonlySet<string> = new Set(['false', '-1', '0', ''])

/** It switches something, and that is off: by what was set, else by its default. */
function isOff({path, input, standard}: SettingKey, settings: Settings): boolean {
  const value = valueAt(settings, path.split('.')) ?? standard.replaceAll('"', '')
  return (
    (input === 'flag' || input === 'figure') &&
    offValues.has(typeof value === 'string' ? value : JSON.stringify(value))
  )
}

function secretsByPath({ombi_key: ombi, overseerr_key: overseerr}: ArrDefinition['secrets']) {
  return {'EntrySearch.Ombi.OmbiAPIKey': ombi, 'EntrySearch.Overseerr.OverseerrAPIKey': overseerr}
}

function sourceOf({id, name}: Arr): SettingSource<ArrOutcome> {
  return {
    id,
    preview: (change, signal) => previewArr(id, change, signal),
    save: (change) => changeArr(id, change),
    writtenOf: (effect) => effect,
    effectWords: ({effect}) => text(`arr.settings.effect.${effect}`, {name}),
    savedWords: ({effect}) =>
      text(effect === 'restart' ? 'arr.settings.saved.restart' : 'arr.settings.saved', {name}),
  }
}

/** @param isOpen what is folded otherwise is open, too */
function arrGroups(isOpen: boolean): readonly GroupWords[] {
  const titled = (group: 'arr' | 'downloads' | 'seeding' | 'trackers' | 'search' | 'requests') => ({
    group,
    title: text(`arr.settings.group.${group}`),
  })
  return [
    titled('arr'),
    titled('downloads'),
    titled('seeding'),
    {
      ...titled('trackers'),
      hint: text('arr.settings.group.trackers.hint'),
      add: text('arr.settings.group.trackers.add'),
    },
    {...titled('search'), hint: text('arr.settings.group.search.hint'), isFolded: !isOpen},
    {...titled('requests'), hint: text('arr.settings.group.requests.hint'), isFolded: !isOpen},
  ]
}
