// Package journaltest is what a journal must do, whatever database it is kept in: one suite that each dialect passes. A
// new dialect is a folder with its ledger.Dialect, and a test that calls Run.
//
// Behind every test three things hold, or it fails: each row is as its seal says, each change has an event that names
// it, and the sums and keys are what a new count gives.
package journaltest

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal"
)

// database is what the suite runs on just now.
var database journal.Database

// Run runs the suite on a kind of database.
func Run(t *testing.T, on journal.Database) { run(t, on, suite) }

// RunFile runs what else a database must do that is one file: copies of it, where it lives, what is left in its bytes;
// and how SQLite plans.
func RunFile(t *testing.T, on journal.Database) { run(t, on, ofFile) }

type test struct {
	name string
	run  func(*testing.T)
}

func run(t *testing.T, on journal.Database, tests []test) {
	before := database
	database = journal.Database{Dialect: listening{on.Dialect}}
	defer func() { database = before }()
	for _, one := range tests {
		t.Run(one.name, one.run)
	}
}

var suite = []test{
	{"ChangeWithoutAnEvent", testChangeWithoutAnEvent},
	{"EveryTableIsToldOf", testEveryTableIsToldOf},
	{"HeldUntil", testHeldUntil},
	{"Stops", testStops},
	{"LateTryOfAMessage", testLateTryOfAMessage},
	{"WordsOfChanges", testWordsOfChanges},
	{"EveryColumnIsSealed", testEveryColumnIsSealed},
	{"SealsFindRowsAndBytes", testSealsFindRowsAndBytes},
	{"RetentionReachesEveryCopy", testRetentionReachesEveryCopy},
	{"Forget", testForget},
	{"EventsAgainstDocuments", testEventsAgainstDocuments},
	{"EmptiedWithoutAWord", testEmptiedWithoutAWord},
	{"IDsAreGivenOnce", testIDsAreGivenOnce},
	{"DocumentOfferedTwiceIsStoredOnce", testDocumentOfferedTwiceIsStoredOnce},
	{"PayloadComesBackByteForByte", testPayloadComesBackByteForByte},
	{"DocumentIsInOneFileOnly", testDocumentIsInOneFileOnly},
	{"BriefOfADocument", testBriefOfADocument},
	{"FileBytesAreThoseThatWereFixed", testFileBytesAreThoseThatWereFixed},
	{"OutcomesOfADocumentByDocumentERP", testOutcomesOfADocumentByDocumentERP},
	{"OneRejectedDocumentReissuesAnAllOrNothingFile", testOneRejectedDocumentReissuesAnAllOrNothingFile},
	{"RefusedFileHoldsItsDocumentsUntilAPersonReissues", testRefusedFileHoldsItsDocumentsUntilAPersonReissues},
	{"TheERPChangesItsMind", testTheERPChangesItsMind},
	{"PaymentWaitsForThePostingAndIsKeptOnce", testPaymentWaitsForThePostingAndIsKeptOnce},
	{"HistoryFindsEveryTampering", testHistoryFindsEveryTampering},
	{"RetentionNeverTouchesUnfinishedWork", testRetentionNeverTouchesUnfinishedWork},
	{"SameContentUnderAnotherNameChangesNothing", testSameContentUnderAnotherNameChangesNothing},
	{"ManyWritersMeetNoBusyError", testManyWritersMeetNoBusyError},
	{"LeaseGoesOverWhenItsTimeIsOut", testLeaseGoesOverWhenItsTimeIsOut},
	{"TokenIsReplacedOnlyByWhoReadIt", testTokenIsReplacedOnlyByWhoReadIt},
	{"NewJournalOpenedByManyAtOnce", testNewJournalOpenedByManyAtOnce},
	{"MappingGoesLiveAndStaysToBeHad", testMappingGoesLiveAndStaysToBeHad},
	{"MappingEventsAreWrittenOnce", testMappingEventsAreWrittenOnce},
	{"RefusedMappingWaitsBesideTheLiveOne", testRefusedMappingWaitsBesideTheLiveOne},
	{"DamagedMappingIsNotUsed", testDamagedMappingIsNotUsed},
	{"RecentPayloads", testRecentPayloads},
	{"RetryHeldLeavesWhatAPersonMustRelease", testRetryHeldLeavesWhatAPersonMustRelease},
	{"WhatTheExtractHadIsReleasedByName", testWhatTheExtractHadIsReleasedByName},
	{"OnlyWaitingDocumentsAreFiled", testOnlyWaitingDocumentsAreFiled},
	{"MarkWaitsForTheDrop", testMarkWaitsForTheDrop},
	{"MarkedDocumentCompletesAnAllOrNothingFile", testMarkedDocumentCompletesAnAllOrNothingFile},
	{"MarkedRejectionInAnAllOrNothingFileAsksAboutTheOthers", testMarkedRejectionInAnAllOrNothingFileAsksAboutTheOthers},
	{"RepetitionAboutAWithdrawnFile", testRepetitionAboutAWithdrawnFile},
	{"WithdrawnFileIsAcceptedLate", testWithdrawnFileIsAcceptedLate},
	{"LateAnswerBearsTheName", testLateAnswerBearsTheName},
	{"SettledByHand", testSettledByHand},
	{"NumberedDocumentOfARejectedFileIsHeld", testNumberedDocumentOfARejectedFileIsHeld},
	{"ResultFileIsAppliedOnce", testResultFileIsAppliedOnce},
	{"PayloadStaysWhileAnAlarmIsOpen", testPayloadStaysWhileAnAlarmIsOpen},
	{"OpenedForLookingChangesNothing", testOpenedForLookingChangesNothing},
	{"LookingNeedsAJournalOfThisVersion", testLookingNeedsAJournalOfThisVersion},
	{"SnapshotStandsStill", testSnapshotStandsStill},
	{"EachPayloadInPages", testEachPayloadInPages},
	{"ReasonsAreCodes", testReasonsAreCodes},
	{"RefetchedDocumentIsHeldAndNeverReplacesOne", testRefetchedDocumentIsHeldAndNeverReplacesOne},
	{"Judge", testJudge},
	{"NextPosting", testNextPosting},
	{"ReportIsPostedOnce", testReportIsPostedOnce},
	{"SchemaRefusesWhatMustBeOnce", testSchemaRefusesWhatMustBeOnce},
	{"SumsFollowTheirRows", testSumsFollowTheirRows},
	{"NewCountFindsWhatIsNotKeptAsItMustBe", testNewCountFindsWhatIsNotKeptAsItMustBe},
	{"OlderJournalIsCounted", testOlderJournalIsCounted},
	{"UnfinishedUpgradeIsNotLookedAt", testUnfinishedUpgradeIsNotLookedAt},
	{"DocumentsAreFoundByWhatPeopleReadAloud", testDocumentsAreFoundByWhatPeopleReadAloud},
	{"FurtherNumbersAreFound", testFurtherNumbersAreFound},
	{"KeysAgeOut", testKeysAgeOut},
	{"SealRefuses", testSealRefuses},
	{"MembersHaveNamesOfTheirOwn", testMembersHaveNamesOfTheirOwn},
	{"TellingIsDoneOnce", testTellingIsDoneOnce},
}

var ofFile = []test{
	{"JournalLiesWhereItIsSaidToLie", testJournalLiesWhereItIsSaidToLie},
	{"OldJournalIsSealed", testOldJournalIsSealed},
	{"AgedOutIsGoneFromTheFile", testAgedOutIsGoneFromTheFile},
	{"BackupIsAWholeJournal", testBackupIsAWholeJournal},
	{"HotStatementsUseAnIndex", testHotStatementsUseAnIndex},
	{"CopyIsReadWithoutTraces", testCopyIsReadWithoutTraces},
	{"RestoredJournalIsNoticedEvenAfterMoreWork", testRestoredJournalIsNoticedEvenAfterMoreWork},
	{"AcceptedRestoreUsesNoNumberTwiceAndHoldsWhatTheERPMayHave", testAcceptedRestoreUsesNoNumberTwiceAndHoldsWhatTheERPMayHave},
	{"RestoredFileOnItsWayIsNotSentAgain", testRestoredFileOnItsWayIsNotSentAgain},
	{"RestoredDocumentThatConcurHasLockedSinceIsHeld", testRestoredDocumentThatConcurHasLockedSinceIsHeld},
	{"RestoredReissueIsNotDoneAgain", testRestoredReissueIsNotDoneAgain},
	{"RestoredConfirmationsCountAsTried", testRestoredConfirmationsCountAsTried},
	{"ReceiptsMoveOnce", testReceiptsMoveOnce},
	{"RestoredReceiptsAreNotSentAgain", testRestoredReceiptsAreNotSentAgain},
	{"PlainTokenIsSealedAndGone", testPlainTokenIsSealedAndGone},
}
