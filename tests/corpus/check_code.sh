# What is found in the code of packages with known flaws, by class, method and line.

# finding RESULT CONTROL CLASS METHOD LINE
finding() {
	xmllint --xpath "count(//control[@id='$2' and @verdict='fail']//finding[observed[@name='call/class' or @name='class']/@value='$3' and observed[@name='call/method' or @name='method']/@value='$4' and ('$5'='' or observed[@name='call/line' or @name='line']/@value='$5')])" "$1" 2>/dev/null
}
found() {
	count=$(finding "$@")
	if [ "${count:-0}" -gt 0 ]; then ok; else bad "code: no finding of $2 in $3.$4 line $5"; fi
}

if [ -d "$corpus/bundles/apk" ]; then
	apk=$corpus/bundles/apk/InsecureBankv2.apk
	"$parasol" scan -q --pack app-hardening -o xml="$work/code.xml" "$apk" >/dev/null 2>&1
	bank=com.android.insecurebankv2
	found "$work/code.xml" AND-CRY-08 $bank.CryptoClass aes256encrypt 53
	found "$work/code.xml" AND-CRY-08 $bank.CryptoClass aes256decrypt 76
	found "$work/code.xml" AND-CRY-07 $bank.CryptoClass aes256encrypt 52
	found "$work/code.xml" AND-CRY-07 $bank.CryptoClass aes256decrypt 75
	found "$work/code.xml" AND-NET-08 "$bank.ChangePassword\$RequestChangePasswordTask" postData 129
	found "$work/code.xml" AND-NET-08 "$bank.DoLogin\$RequestTask" postData 114
	found "$work/code.xml" AND-NET-08 "$bank.DoTransfer\$RequestDoTransferTask" doInBackground 130
	found "$work/code.xml" AND-STO-01 $bank.MyBroadCastReceiver onReceive 29

	apk=$corpus/bundles/apk/UnCrackable-Level1.apk
	"$parasol" scan -q --pack app-hardening -o xml="$work/code.xml" "$apk" >/dev/null 2>&1
	found "$work/code.xml" AND-CRY-01 sg.vantagepoint.a.a a ''
	found "$work/code.xml" AND-CRY-08 sg.vantagepoint.a.a a ''
	for control in AND-BLD-06 AND-BLD-07; do # the checks for root and for a debugger are there
		same "UnCrackable $control" pass "$(xmllint --xpath "string(//control[@id='$control']/@verdict)" "$work/code.xml")"
	done
else
	skip code
fi
