/** Forms of keys of the configuration. */
export const settingForm = {
  'setting.usual': 'As usual: {{value}}',
  'setting.unsaid': 'Not said here',
  'setting.yes': 'yes',
  'setting.no': 'no',
  'setting.unit.seconds': 'seconds, or 90s, 2h, 3d',
  'setting.unit.minutes': 'minutes, or 90s, 2h, 3d',
  'setting.lines': 'one per line',
  'setting.pairs': 'one per line, such as HD = SD',
  'setting.standard': '{{value}} when empty',
  'setting.idle': 'nothing goes by it yet',
  'setting.fault': '{{key}}: {{found}} is not accepted. It takes {{accepted}}.',
  'setting.wants': '{{key}} takes {{accepted}}.',
  'setting.faults_one': 'One mistake has to be put right first.',
  'setting.faults_other': '{{count}} mistakes have to be put right first.',
  'setting.save': 'Save settings',
  'setting.saving': 'Saving',
  'setting.revert': 'Revert',
  'setting.show': 'Show settings',
  'setting.hide': 'Hide',

  'setting.row.new': 'New, without a name yet',
  'setting.row.remove': 'Remove {{name}}',
  'setting.row.says_one': '{{count}} value',
  'setting.row.says_other': '{{count}} values',
  'setting.row.faulty': 'has a mistake',

  'setting.remove.-1': 'never',
  'setting.remove.1': 'at the ratio',
  'setting.remove.2': 'at the time',
  'setting.remove.3': 'at either',
  'setting.remove.4': 'at both',

  'setting.in-file':
    'This stands in config.toml. What you change here is written there, and comments stay. What a variable of the environment says cannot be changed here.',
  'setting.obstacle.no_file': 'Commodarr runs without a config.toml, so there is nothing to change here.',
  'setting.obstacle.read_only':
    'config.toml cannot be written from here: it or its folder is read-only, or it is mounted by itself. You see what it says; change it there, Commodarr follows.',
  'setting.obstacle.of_variables':
    'Variables of the environment declare this section. You see what the file says; change the variables.',
  'setting.obstacle.added_here':
    'This server was added here and stands in no file, so no keys are about its torrents. Rules of your own do the same for it.',
  'setting.obstacle.forbidden': 'Only administrators change config.toml. You see what it says.',

  'section.effect.none': 'Nothing changes.',
  'section.effect.live': 'In force with the next look. Nothing begins anew.',
  'section.effect.link': 'Connects to {{name}} anew, nothing else.',
  'section.effect.managers': 'Restarts every manager.',
  'section.effect.program': 'Some of it holds only from the next start of Commodarr on.',
  'section.effect.begins': 'Starts the manager of torrents without an Arr.',
  'section.effect.ends': 'Ends the manager of torrents without an Arr, unless a rule of somebody needs it.',
  'section.saved': 'Saved to config.toml',

  'section.server': 'Categories, seeding and trackers',
  'section.server.hint':
    'Which categories Commodarr looks after here without an Arr, how long their torrents seed, and what trackers ask for.',
  'section.program': 'For all servers and Arrs',
  'section.program.hint':
    'Room that stays free, categories for what failed, when torrents are judged, how managers restart: [Settings] of config.toml.',
  'section.group.categories': 'Categories',
  'section.group.seeding': 'Seeding in managed categories',
  'section.group.own': 'Categories with values of their own',
  'section.group.own.hint': 'What a row does not say it takes from above.',
  'section.group.own.add': 'Add a category',
  'section.group.trackers': 'Trackers',
  'section.group.trackers.hint':
    'Of the rows that fit a torrent the highest priority counts; what it does not say comes from above.',
  'section.group.trackers.add': 'Add a tracker',
  'section.group.pace': 'How often it is asked',
  'section.group.space': 'Free space',
  'section.group.judging': 'When torrents are judged',
  'section.group.internet': 'Our own way to the internet',
  'section.group.arrs': 'Arrs that call',
  'section.group.processes': 'Managers',
  'section.group.log': 'Log',
} as const
