/**
 * What people who guess try first, in lower case and with digits and signs at the ends cut off: the heads of the published
 * lists of leaked passwords, and words of this trade. Enough to call such a value low; no list can prove one strong.
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `password passwort passw pass p@ssw0rd passw0rd passwd pwd secret geheim admin administrator root user username login guest test
  testing tester demo default example sample temp temporary changeme change changeit changemenow letmein welcome willkommen
  hello hallo qwerty qwertyuiop qwertz azerty asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qweasd iloveyou monkey dragon master
  football baseball basketball soccer hockey superman batman starwars pokemon sunshine princess shadow michael jordan charlie
  daniel thomas jessica ashley nicole andrew joshua matthew robert william george freedom whatever trustno ninja mustang access
  flower hottie loveme computer internet server oracle mysql postgres postgresql redis mongodb mongo elastic rabbitmq kafka
  docker kubernetes jenkins gitlab github vagrant ansible tomcat cisco ubuntu debian windows linux android apple google amazon
  azure microsoft facebook spring summer autumn winter fruehling sommer herbst january february march april june july august
  september october november december monday tuesday wednesday thursday friday saturday sunday company corp office abc abcd
  abcdef abcdefg abcdefgh none null nil undefined empty todo tbd fixme placeholder dummy foobar foo bar baz key token apikey
  api private public service system backup deploy build prod production staging develop development local localhost`
    .trim()
    .split(/\s+/),
);
