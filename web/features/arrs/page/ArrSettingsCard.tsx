import {useQuery} from '@tanstack/react-query'
import {Search} from 'lucide-react'
import {useState} from 'react'
import {
  arrDefinitionQuery,
  arrKeysQuery,
  changeArr,
  previewArr,
  type Arr,
  type ArrDefinition,
  type ArrOutcome,
} from '../../../api/arrs.ts'
import {configurationQuery, sourcesOf, type SettingKey} from '../../../api/sections.ts'
import {usePermission} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'
import {matchScore, spacedKey} from '../../../lib/match-words.ts'
import {Awaited, together} from '../../../ui/Awaited.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {SettingsCard} from '../../settings/SectionCard.tsx'
import type {GroupWords} from '../../settings/SettingField.tsx'
import {SettingsForm, type SettingSource} from '../../settings/SettingsForm.tsx'
import {plainMeaning, sourcesOfPages} from '../../settings/typed-settings.ts'

/** How Commodarr looks after the torrents of an Arr: the keys of its section. For its owner, read when he asks. */
export function ArrSettingsCard({arr}: {arr: Arr}) {
  return (
    <SettingsCard title={text('arr.settings')} hint={text('arr.settings.hint')}>
      <Settings arr={arr} />
    </SettingsCard>
  )
}

function Settings({arr}: {arr: Arr}) {
  const [words, setWords] = useState('')
  const [which, setWhich] = useState<'all' | 'set'>('all')
  const keys = useQuery(arrKeysQuery)
  const definition = useQuery({...arrDefinitionQuery(arr.id), refetchOnWindowFocus: false})
  const {data: configuration} = useQuery({...configurationQuery, enabled: usePermission('admin')})
  const isWhole = keys.data !== undefined && definition.data !== undefined
  if (!isWhole) {
    return (
      <Awaited reading={together(keys, definition)} what={text('arr.settings')} className="m-3">
        <Skeleton width="50%" className="m-3.5" />
      </Awaited>
    )
  }
  const {settings, secrets, file_obstacle: obstacle} = definition.data
  const isInFile = arr.origin === 'file'
  const sources = isInFile ? sourcesOf(configuration, arr.id) : sourcesOfPages(settings, keys.data)
  const isFound = ({path, means}: SettingKey) =>
    matchScore(`${plainMeaning(means)} ${spacedKey(path)}`, words) > 0
  const isShown = (key: SettingKey) => isFound(key) && (which === 'all' || sources.has(key.path))
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
            {value: 'all', label: `${text('all-settings.from.all')} ${keys.data.length}`},
            {
              value: 'set',
              label: `${text('arr.settings.set')} ${keys.data.filter(({path}) => sources.has(path)).length}`,
            },
          ]}
        />
      </search>
      {!keys.data.some(isShown) && <p className="px-3.5 pt-3 text-text-2">{text('all-settings.nothing')}</p>}
      <SettingsForm
        key={JSON.stringify([settings, secrets])}
        keys={keys.data}
        groups={arrGroups(words !== '')}
        settings={settings}
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

function secretsByPath({ombi_key: ombi, overseerr_key: overseerr}: ArrDefinition['secrets']) {
  return {'EntrySearch.Ombi.OmbiAPIKey': ombi, 'EntrySearch.Overseerr.OverseerrAPIKey': overseerr}
}

function sourceOf({id, name}: Arr): SettingSource<ArrOutcome> {
  return {
    id,
    preview: (change, signal) => previewArr(id, change, signal),
    save: (change) => changeArr(id, change),
    fileOf: ({lines, conflicts}) => (lines === null ? null : {lines, conflicts}),
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
