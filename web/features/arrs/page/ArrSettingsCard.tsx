import {useQuery} from '@tanstack/react-query'
import {
  arrDefinitionQuery,
  arrKeysQuery,
  changeArr,
  previewArr,
  type Arr,
  type ArrDefinition,
  type ArrEffect,
} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {together} from '../../../ui/reading.ts'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {SettingsCard} from '../../settings/SectionCard.tsx'
import type {GroupWords} from '../../settings/SettingField.tsx'
import {SettingsForm, type SettingSource} from '../../settings/SettingsForm.tsx'

/** How Commodarr looks after the torrents of an Arr: the keys of its section. For its owner, read when he asks. */
export function ArrSettingsCard({arr}: {arr: Arr}) {
  return (
    <SettingsCard title={text('arr.settings')} hint={text('arr.settings.hint')}>
      <Settings arr={arr} />
    </SettingsCard>
  )
}

function Settings({arr}: {arr: Arr}) {
  const keys = useQuery(arrKeysQuery)
  const definition = useQuery({...arrDefinitionQuery(arr.id), refetchOnWindowFocus: false})
  const isWhole = keys.data !== undefined && definition.data !== undefined
  if (!isWhole) {
    return (
      <Awaited reading={together(keys, definition)} what={text('arr.settings')} className="m-3">
        <Skeleton width="50%" className="m-3.5" />
      </Awaited>
    )
  }
  const {settings, secrets, file_obstacle: obstacle} = definition.data
  // What was saved is what the form begins with the next time.
  return (
    <SettingsForm
      key={JSON.stringify([settings, secrets])}
      keys={keys.data}
      groups={arrGroups()}
      settings={settings}
      secrets={secretsByPath(secrets)}
      obstacle={obstacle}
      isInFile={arr.origin === 'file'}
      source={sourceOf(arr)}
    />
  )
}

function secretsByPath({ombi_key: ombi, overseerr_key: overseerr}: ArrDefinition['secrets']) {
  return {'EntrySearch.Ombi.OmbiAPIKey': ombi, 'EntrySearch.Overseerr.OverseerrAPIKey': overseerr}
}

function sourceOf({id, name}: Arr): SettingSource<ArrEffect> {
  return {
    id,
    preview: (settings, signal) => previewArr(id, {settings}, signal),
    save: async (settings) => (await changeArr(id, {settings})).effect,
    effectWords: (effect) => text(`arr.settings.effect.${effect}`, {name}),
    savedWords: (effect) =>
      text(effect === 'restart' ? 'arr.settings.saved.restart' : 'arr.settings.saved', {name}),
  }
}

function arrGroups(): readonly GroupWords[] {
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
    {...titled('search'), hint: text('arr.settings.group.search.hint'), isFolded: true},
    {...titled('requests'), hint: text('arr.settings.group.requests.hint'), isFolded: true},
  ]
}
